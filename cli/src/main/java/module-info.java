/// The `h2eal` command.
module h2eal.cli {
    requires h2eal.lab;
    requires info.picocli;

    opens h2eal.cli to
            info.picocli;
    opens h2eal.cli.accuracy to
            info.picocli,
            tools.jackson.databind;
    opens h2eal.cli.console to
            info.picocli;
    opens h2eal.cli.decode to
            info.picocli,
            tools.jackson.databind;
    opens h2eal.cli.experiment to
            info.picocli;
    opens h2eal.cli.measure to
            info.picocli,
            tools.jackson.databind;
    opens h2eal.cli.option to
            info.picocli;
    opens h2eal.cli.simulation to
            info.picocli;
}

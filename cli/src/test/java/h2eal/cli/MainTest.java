package h2eal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine h2eal =
            Main.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @Test
    void helpSucceedsAndListsTheExitCodes() {
        assertThat(h2eal.execute("--help")).isZero();
        assertThat(out.toString()).contains("Exit codes:", "the flags are wrong");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void wrongFlagIsNamedInOneLineWithExitCode2() {
        assertThat(h2eal.execute("--nonsense")).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().asString().contains("--nonsense", "h2eal --help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void everyCommandHasAJsonFlagAndADescription() {
        assertThat(h2eal.getSubcommands()).allSatisfy((name, command) -> {
            assertThat(command.getCommandSpec().findOption("--json"))
                    .as(name + " --json")
                    .isNotNull();
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty();
        });
    }
}

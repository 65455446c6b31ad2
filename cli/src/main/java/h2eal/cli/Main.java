package h2eal.cli;

import h2eal.cli.accuracy.EvalCommand;
import h2eal.cli.accuracy.PerplexityCommand;
import h2eal.cli.accuracy.ProfileCommand;
import h2eal.cli.console.Console;
import h2eal.cli.console.Problems;
import h2eal.cli.decode.ConvertCommand;
import h2eal.cli.decode.DemoCommand;
import h2eal.cli.decode.GenerateCommand;
import h2eal.cli.decode.LogitsCommand;
import h2eal.cli.experiment.ReproduceCommand;
import h2eal.cli.experiment.RunCommand;
import h2eal.cli.measure.BenchCommand;
import h2eal.cli.simulation.DramReplayCommand;
import h2eal.cli.simulation.FitCommand;
import h2eal.cli.simulation.ScheduleCommand;
import h2eal.cli.simulation.SimulateCommand;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/// The `h2eal` command. Only this module knows standard streams and exit codes; a command is one class in a package
/// beside this one, and one line in the list below.
@Command(
        name = "h2eal",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        version = "h2eal 0.1.0",
        description = "Hybrid sparse attention for long contexts: run it, simulate it, map it, prove it.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; one line on standard error says why",
            "2:the flags are wrong",
            "130:stopped by Ctrl-C; what was computed is printed"
        },
        subcommands = {
            BenchCommand.class,
            ConvertCommand.class,
            DemoCommand.class,
            EvalCommand.class,
            FitCommand.class,
            GenerateCommand.class,
            LogitsCommand.class,
            PerplexityCommand.class,
            ProfileCommand.class,
            DramReplayCommand.class,
            ReproduceCommand.class,
            RunCommand.class,
            ScheduleCommand.class,
            SimulateCommand.class
        })
public final class Main {

    private static final int NARROWEST_USAGE = 60;
    private static final int WIDEST_USAGE = 120;

    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        useStandardErrorOfLauncher();
        System.exit(run(commandLine(), arguments));
    }

    /// The command with all its subcommands.
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(
                Math.clamp(Console.terminalColumns().orElse(WIDEST_USAGE), NARROWEST_USAGE, WIDEST_USAGE));
        line.setParameterExceptionHandler(Problems::misused);
        line.setExecutionExceptionHandler(Problems::failed);
        return line;
    }

    /// The launcher filters what the JVM says on standard error and names the real one here.
    private static void useStandardErrorOfLauncher() {
        String device = System.getProperty("h2eal.stderr");
        if (device == null) {
            return;
        }
        try {
            System.setErr(new PrintStream(new FileOutputStream(device, true), true));
        } catch (IOException refused) {
            // a socket, or another user's terminal: the filtered stream does too
        }
    }

    private static int run(CommandLine line, String[] arguments) {
        try {
            return line.execute(arguments);
        } catch (OutOfMemoryError | StackOverflowError exhausted) {
            line.getErr().println("h2eal: " + Problems.line(exhausted));
            line.getErr().flush();
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}

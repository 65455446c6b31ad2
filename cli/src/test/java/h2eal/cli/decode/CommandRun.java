package h2eal.cli.decode;

import h2eal.cli.console.Problems;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/// What one command printed and returned.
public record CommandRun(int exitCode, String out, String err) {

    public static CommandRun of(Object command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Problems::misused)
                .setExecutionExceptionHandler(Problems::failed)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}

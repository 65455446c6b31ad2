package h2eal.cli.console;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns what went wrong into one line and an exit code: 1 when the work failed, 2 when the flags are wrong.
/// The environment variable `H2EAL_DEBUG` adds the stack trace.
public final class Problems {

    private Problems() {}

    /// Answers an exception of a command.
    public static int failed(Exception problem, CommandLine command, ParseResult flags) {
        report(command, line(problem), problem);
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    /// Answers flags that cannot be understood.
    public static int misused(ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        if (arguments.length == 0) {
            command.usage(command.getErr());
        } else {
            String name = command.getCommandSpec().qualifiedName();
            String message = oneLine(problem.getMessage()).replaceFirst("^Error: ", "");
            String text = "%s%s (see: %s --help)".formatted(message, guess(problem), name);
            report(command, text, problem);
        }
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /// What a user needs to know of `problem`: what, where, and why.
    public static String line(Throwable problem) {
        return oneLine(
                switch (problem) {
                    case UncheckedIOException wrapped -> line(wrapped.getCause());
                    case NoSuchFileException missing -> missing.getFile() + ": no such file or folder";
                    case AccessDeniedException denied -> denied.getFile() + ": permission denied";
                    case NotDirectoryException file -> file.getFile() + ": not a folder";
                    case FileAlreadyExistsException there -> there.getFile() + ": exists already";
                    case FileSystemException other -> other.getFile() + ": " + other.getReason();
                    case OutOfMemoryError memory ->
                        "out of memory (%s); more: H2EAL_JAVA_OPTIONS=-Xmx8g".formatted(memory.getMessage());
                    case NullPointerException bug -> internal(bug);
                    case IndexOutOfBoundsException bug -> internal(bug);
                    case ClassCastException bug -> internal(bug);
                    case Error bug -> internal(bug);
                    default -> problem.getMessage() == null ? internal(problem) : problem.getMessage();
                });
    }

    private static String internal(Throwable bug) {
        return "internal error, please report it: %s: %s (H2EAL_DEBUG=1 shows where)"
                .formatted(bug.getClass().getSimpleName(), bug.getMessage());
    }

    private static void report(CommandLine command, String text, Exception problem) {
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + text);
        if (System.getenv("H2EAL_DEBUG") != null) {
            problem.printStackTrace(command.getErr());
        }
        command.getErr().flush();
    }

    /// What `reading` makes of flags; a value that it refuses is a wrong flag.
    public static <T> T flag(CommandSpec command, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException refused) {
            throw new ParameterException(command.commandLine(), refused.getMessage(), refused);
        }
    }

    /// Refuses a number that a flag must not have.
    ///
    /// @param flag as the user writes it
    public static void positive(CommandSpec command, String flag, int number) {
        if (number < 1) {
            throw new ParameterException(command.commandLine(), "%s must be at least 1: %d".formatted(flag, number));
        }
    }

    private static String guess(ParameterException problem) {
        List<String> names =
                problem instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        return names.isEmpty() ? "" : "; did you mean " + String.join(" or ", names) + "?";
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
    }
}

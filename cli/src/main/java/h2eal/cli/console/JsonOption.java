package h2eal.cli.console;

import h2eal.lab.result.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The flag `--json FILE` that every command has.
public final class JsonOption {

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the result to this file, as JSON.")
    private Path file;

    /// Refuses a file that cannot be written. Called before the work starts.
    public void check() throws IOException {
        if (file != null) {
            JsonFile.requireWritable(file);
        }
    }

    /// Writes `result`, a record or a map, if the flag was given.
    public void write(Object result) throws IOException {
        if (file != null) {
            JsonFile.write(file, result);
        }
    }
}

package h2eal.lab.experiment;

import h2eal.lab.cache.ResultCache;
import h2eal.lab.result.CsvTable;
import h2eal.lab.result.JsonFile;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.WholeFile;
import h2eal.lab.simulate.AttentionResult;
import h2eal.lab.yaml.SpecException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where results go: one CSV and one JSON file per experiment, and the cache they share.
///
/// @param folder the folder; made when needed
public record ResultFolder(Path folder) {

    private static final String CACHE = "cache.jsonl";

    /// Makes the folder and refuses it if the results of an experiment could not be written, so that a long run does
    /// not end in that error.
    ///
    /// @param experiments names of the experiments
    public void prepare(List<String> experiments) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException file) {
            throw new NotDirectoryException(folder.toString());
        } catch (IOException refused) {
            throw new FileSystemException(folder.toString(), null, "this folder cannot be made");
        }
        for (String experiment : experiments) {
            JsonFile.requireWritable(csv(experiment));
            JsonFile.requireWritable(json(experiment));
        }
    }

    /// Opens the cache.
    public ResultCache cache() throws IOException {
        return ResultCache.open(folder.resolve(CACHE));
    }

    /// Writes both files of a table, each as a whole or not at all.
    public void write(ResultTable table) throws IOException {
        WholeFile.write(csv(table.experiment()), table.csv().text());
        JsonFile.write(json(table.experiment()), table);
    }

    /// Writes both files of a sweep over attention alone.
    public void write(String experiment, List<AttentionResult.Row> rows) throws IOException {
        WholeFile.write(csv(experiment), AttentionResult.csv(rows).text());
        JsonFile.write(json(experiment), rows);
    }

    /// The CSV file of an experiment.
    public Path csv(String experiment) {
        return folder.resolve(experiment + ".csv");
    }

    private Path json(String experiment) {
        return folder.resolve(experiment + ".json");
    }

    /// Compares a table with the experiment's `expected.csv`; empty if there is none.
    ///
    /// @param complete whether the table has every point, so that an expectation without one is a mistake
    /// @throws SpecException if the file is not a table of expectations, or speaks of a point that was not run
    public static Optional<List<Expectation.Check>> check(Experiment experiment, ResultTable table, boolean complete)
            throws IOException {
        Path file = experiment.expected();
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            List<Expectation.Check> checks = new ArrayList<>();
            for (Expectation expectation : Expectation.parse(CsvTable.parse(Files.readAllLines(file)))) {
                Optional<Expectation.Check> check = expectation.check(table);
                if (check.isEmpty() && complete) {
                    throw new IllegalArgumentException("no such point in the spec: " + expectation.coordinates());
                }
                check.ifPresent(checks::add);
            }
            return Optional.of(checks);
        } catch (IllegalArgumentException malformed) {
            throw new SpecException("%s: %s".formatted(file, malformed.getMessage()));
        }
    }

    /// Makes a table the experiment's expectation.
    public static void accept(Experiment experiment, ResultTable table) throws IOException {
        WholeFile.write(experiment.expected(), Expectation.recorded(table).text());
    }
}

package h2eal.lab.experiment;

import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.Nearest;
import h2eal.lab.yaml.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The folder `experiments/`: one sub-folder with a `spec.yaml` per experiment.
///
/// @param folder the folder `experiments/`
public record ExperimentFolders(Path folder) {

    /// The file that makes a folder an experiment.
    static final String SPEC = "spec.yaml";

    /// The experiments of an installation: they lie beside its presets.
    public static ExperimentFolders of(Presets presets) {
        return new ExperimentFolders(presets.folder().resolveSibling("experiments"));
    }

    /// Names of all experiments, sorted.
    public List<String> names() {
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(ExperimentFolders::isExperiment)
                    .map(found -> found.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new SpecException("%s: cannot be listed: %s".formatted(folder, failure));
        }
    }

    /// The folder of an experiment that is given by its path or by its name.
    ///
    /// @throws SpecException naming what was given, and the experiments that there are
    public Path named(String nameOrPath) {
        Path given = Path.of(nameOrPath);
        if (isExperiment(given)) {
            return given;
        }
        Path named = folder.resolve(nameOrPath);
        if (isExperiment(named)) {
            return named;
        }
        String name = nameOrPath.replaceFirst(".*/(?=.)", "");
        throw new SpecException("%s: no such experiment; %s (or the path of a folder with a %s)"
                .formatted(nameOrPath, Nearest.hint(name, names()), SPEC));
    }

    private static boolean isExperiment(Path folder) {
        return Files.isRegularFile(folder.resolve(SPEC));
    }
}

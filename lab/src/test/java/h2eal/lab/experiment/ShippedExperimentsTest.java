package h2eal.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.lab.design.DesignPoints;
import h2eal.lab.reproduce.Reproduction;
import h2eal.lab.result.CsvTable;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.YamlDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShippedExperimentsTest {

    private final Presets presets = Presets.installed();
    private final DesignPoints reader = new DesignPoints(presets);
    private final Path folder = presets.folder().resolveSibling("experiments");

    @Test
    void everyExperimentOfTheReproductionCanBeReadWholeAndQuick() {
        for (String name : Reproduction.EXPERIMENTS) {
            int whole = Experiment.read(folder.resolve(name), Optional.empty(), reader)
                    .points()
                    .size();
            int quick = Experiment.read(folder.resolve(name), Reproduction.restriction(name, true), reader)
                    .points()
                    .size();
            assertThat(quick).as(name).isBetween(1, whole - 1);
        }
    }

    @Test
    void everyExpectationIsOfAPointOfItsSpecAndEveryFolderIsExplained() throws IOException {
        for (Path study : studies()) {
            assertThat(study.resolve("README.md")).isNotEmptyFile();
            if (isOfAccuracy(study)) {
                continue;
            }
            Experiment experiment = Experiment.read(study, Optional.empty(), reader);
            if (Files.exists(experiment.expected())) {
                Set<Map<String, String>> points = new HashSet<>();
                experiment.points().forEach(point -> points.add(point.coordinates()));
                List<Expectation> expectations =
                        Expectation.parse(CsvTable.parse(Files.readAllLines(experiment.expected())));
                assertThat(expectations).as(study.toString()).isNotEmpty();
                assertThat(expectations.stream().map(Expectation::coordinates)).allMatch(points::contains);
            }
        }
    }

    private List<Path> studies() throws IOException {
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(study -> Files.exists(study.resolve("spec.yaml")))
                    .sorted()
                    .toList();
        }
    }

    /// Studies of accuracy run models, not points.
    private static boolean isOfAccuracy(Path study) {
        return YamlDocument.read(study.resolve("spec.yaml")).fields().containsKey("evaluate");
    }
}

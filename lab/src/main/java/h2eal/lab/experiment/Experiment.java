package h2eal.lab.experiment;

import h2eal.lab.cache.CodeVersion;
import h2eal.lab.cache.ContentHash;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.result.ResultRow;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.Scope;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.simulate.AttentionResult;
import h2eal.lab.trace.TraceInput;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlDocument;
import h2eal.lab.yaml.YamlNode.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A study: one spec whose lists multiply to design points. Reading it checks every point, before anything runs.
///
/// @param name name of its folder
/// @param folder folder of `spec.yaml`, and of `expected.csv` if it has expectations
/// @param scope what is simulated of every point; the attention alone makes large sweeps fast
/// @param points all points, in order
public record Experiment(String name, Path folder, Scope scope, List<Point> points) {

    private static final String SCOPE = "scope";
    private static final double GIBIBYTE = 1L << 30;

    public Experiment {
        points = List.copyOf(points);
    }

    /// One run of the study.
    ///
    /// @param coordinates where the point lies on every axis
    /// @param key content hash of everything its result depends on: spec, head files, trace and code
    public record Point(Map<String, String> coordinates, String key, DesignPoint design) {
        public Point {
            coordinates = Collections.unmodifiableMap(new LinkedHashMap<>(coordinates));
        }
    }

    /// The experiment in a folder.
    ///
    /// @param restriction part of a spec that is merged over the folder's, to run less of it
    /// @throws SpecException naming file, line and what is allowed, if any point is impossible
    public static Experiment read(Path folder, Optional<Block> restriction, DesignPoints reader) {
        if (!Files.isRegularFile(folder.resolve(ExperimentFolders.SPEC))) {
            throw new SpecException("%s: no experiment, it has no %s".formatted(folder, ExperimentFolders.SPEC));
        }
        Block spec = YamlDocument.read(folder.resolve(ExperimentFolders.SPEC));
        Block restricted = restriction.map(spec::merge).orElse(spec);
        Scope scope = restricted.fields().containsKey(SCOPE)
                ? Fields.of(restricted.only(SCOPE), "", SCOPE).choice(SCOPE, Scope.class)
                : Scope.END_TO_END;
        String code = CodeVersion.hash();
        List<Point> points = new ArrayList<>();
        Map<Path, String> hashes = new HashMap<>();
        for (Sweep.Point point : Sweep.points(restricted)) {
            Block resolved = reader.resolved(point.spec());
            DesignPoint design = reader.point(resolved);
            requireFits(resolved, design);
            points.add(new Point(point.coordinates(), key(code + scope, resolved, design, hashes), design));
        }
        return new Experiment(folder.toAbsolutePath().getFileName().toString(), folder, scope, points);
    }

    /// The points with their results, as a table.
    ///
    /// @param results one per point, in order
    public ResultTable table(List<SimulationResult> results) {
        return new ResultTable(
                name,
                IntStream.range(0, points.size())
                        .mapToObj(i -> new ResultRow(points.get(i).coordinates(), results.get(i)))
                        .toList());
    }

    /// The points with what their attention costs.
    ///
    /// @param results one per point, in order
    public List<AttentionResult.Row> rows(List<AttentionResult> results) {
        return IntStream.range(0, points.size())
                .mapToObj(i -> new AttentionResult.Row(points.get(i).coordinates(), results.get(i)))
                .toList();
    }

    /// Its file of expected values, which need not exist.
    public Path expected() {
        return folder.resolve("expected.csv");
    }

    /// Refuses what no placement could hold, before anything runs.
    private static void requireFits(Block resolved, DesignPoint design) {
        long needed = design.storedBytes();
        if (needed > design.hardware().capacityBytes()) {
            throw new SpecException(
                    resolved.fields().get("workload").place(),
                    "workload: %s with %d tokens x %d sequences needs %.1f GiB for weights and cache, %s has %.1f GiB"
                            .formatted(
                                    design.model().shape().name(),
                                    design.workload().contextTokens(),
                                    design.workload().batch(),
                                    needed / GIBIBYTE,
                                    design.hardware().name(),
                                    design.hardware().capacityBytes() / GIBIBYTE));
        }
    }

    private static String key(String code, Block resolved, DesignPoint design, Map<Path, String> hashes) {
        StringBuilder contents = new StringBuilder(code).append(ContentHash.canonical(resolved));
        Stream.of(
                        design.model().gates(),
                        design.model().copyScores(),
                        design.workload().trace().map(TraceInput::file))
                .flatMap(Optional::stream)
                .forEach(file -> contents.append(hashes.computeIfAbsent(file, Experiment::hash)));
        return ContentHash.of(contents.toString());
    }

    private static String hash(Path file) {
        try {
            return ContentHash.of(file);
        } catch (IOException failure) {
            throw new SpecException("%s: cannot be read: %s".formatted(file, failure.getMessage()));
        }
    }
}

package h2eal.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.experiment.Experiment;
import h2eal.lab.result.Scope;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlDocument;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.sim.dram.EngineKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttentionSweepTest {

    private static final int SAMPLE = 24;
    private static final long SEED = 3;

    private final DesignPoints reader = new DesignPoints(Presets.installed());

    @Test
    void burstRanksDesignPointsExactlyAsCommandDoes() {
        Experiment space = Experiment.read(
                reader.presets().folder().resolveSibling("experiments").resolve("design-space"),
                Optional.of(YamlDocument.parse("smaller", "{model: h2eal-demo, workload: {context: 16K}}")),
                reader);
        assertThat(space.scope()).isEqualTo(Scope.ATTENTION);
        List<Experiment.Point> points = new ArrayList<>(space.points());
        Collections.shuffle(points, new Random(SEED));
        List<DesignPoint> sample =
                points.stream().limit(SAMPLE).map(Experiment.Point::design).toList();

        List<Double> burst = cycles(sample, EngineKind.BURST);
        List<Double> command = cycles(sample, EngineKind.COMMAND);

        assertThat(ranked(burst)).as("seed %d", SEED).isEqualTo(ranked(command));
        assertThat(burst).isEqualTo(command);
    }

    /// Alone, attention begins with closed rows and a young refresh clock: some tens of cycles, whatever the context.
    @Test
    void attentionAloneIsTheAttentionOfTheWholeStep() {
        DesignPoint point = point("h2eal", "8K");
        AttentionResult alone = new AttentionSweep(EngineKind.BURST).run(point);
        SimulationResult whole = new Simulation(EngineKind.BURST).run(point);

        assertThat(alone.cycles()).isCloseTo(whole.attention().cycles(), within(0.02 * alone.cycles()));
        assertThat(alone.bytes()).isCloseTo(whole.attention().bytes(), within(1.0));
        assertThat(alone.pagesSkipped()).isCloseTo(whole.counts().pagesSkipped(), within(1.0));
    }

    @Test
    void whatPointsShareChangesNoResult() {
        AttentionSweep shared = new AttentionSweep(EngineKind.BURST);
        for (String mapping : List.of("h2eal", "{preset: h2eal, placement: clustered}", "hb-tiled", "h2eal")) {
            DesignPoint point = point(mapping);
            assertThat(shared.run(point)).as(mapping).isEqualTo(new AttentionSweep(EngineKind.BURST).run(point));
        }
    }

    @Test
    void selectionByPlaceNeedsAWholeStep() {
        assertThatThrownBy(() -> new AttentionSweep(EngineKind.BURST).run(point("h2eal-balanced")))
                .isInstanceOf(SpecException.class)
                .hasMessage("mapping: bankSlack needs the scope end-to-end");
    }

    private DesignPoint point(String mapping) {
        return point(mapping, "2K");
    }

    private DesignPoint point(String mapping, String context) {
        Block spec = YamlDocument.parse("spec.yaml", """
                model: h2eal-demo
                hardware: hb-edge
                attention: h2eal-short
                mapping: %s
                workload: {context: %s, steps: 3}
                """.formatted(mapping, context));
        return reader.point(reader.resolved(spec));
    }

    private static List<Double> cycles(List<DesignPoint> points, EngineKind engine) {
        AttentionSweep sweep = new AttentionSweep(engine);
        return points.stream().map(point -> sweep.run(point).cycles()).toList();
    }

    /// Numbers of the points, the fastest first.
    private static List<Integer> ranked(List<Double> cycles) {
        return IntStream.range(0, cycles.size())
                .boxed()
                .sorted(Comparator.comparing(cycles::get))
                .toList();
    }
}

package h2eal.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.YamlDocument;
import h2eal.sim.dram.EngineKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One decode step of the shipped model at its full context, on every hardware preset and as every system: the exact
/// cycles of `golden-steps.csv`, from either engine. A change that moves one says why in its commit.
class GoldenStepsTest {

    private static final List<String> HARDWARE =
            List.of("hb-edge", "hb-wide", "hb-silicon", "hb-optimistic", "hb-large");
    private static final List<String> SYSTEMS = List.of("hb-remote", "hb-head", "hb-tiled", "h2eal");

    @Test
    void everyPresetTakesItsGoldenCycles() throws IOException {
        List<String> rows = new ArrayList<>(List.of("hardware,system,attentionCycles,endToEndCycles"));
        for (String hardware : HARDWARE) {
            for (String system : SYSTEMS) {
                DesignPoint point = point(hardware, system);
                String burst = row(hardware, system, EngineKind.BURST, point);
                assertThat(row(hardware, system, EngineKind.COMMAND, point)).isEqualTo(burst);
                rows.add(burst);
            }
        }
        assertThat(rows).containsExactlyElementsOf(golden());
    }

    private static String row(String hardware, String system, EngineKind engine, DesignPoint point) {
        SimulationResult result = new Simulation(engine).run(point);
        return "%s,%s,%d,%d"
                .formatted(
                        hardware,
                        system,
                        result.attention().cycles(),
                        result.endToEnd().cycles());
    }

    private static DesignPoint point(String hardware, String system) {
        DesignPoints points = new DesignPoints(Presets.installed());
        return points.point(points.resolved(YamlDocument.parse("golden.yaml", """
                model: h2eal-demo
                hardware: %s
                attention: {name: golden, streamingShare: 0, sinkTokens: 64, windowTokens: 256, pageTokens: 64,
                  summaryTokens: 16, budgetTokens: 512, budgetDivisor: 3, budgetRatio: 16, score: box, groupRule: sum,
                  refreshInterval: 4, denseLayers: 0, compensation: false}
                mapping: %s
                workload: {context: 4096, steps: 1, seed: 1}
                """.formatted(hardware, system))));
    }

    private static List<String> golden() throws IOException {
        try (InputStream file = GoldenStepsTest.class.getResourceAsStream("golden-steps.csv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}

package h2eal.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.result.Json;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.result.SimulationResult.PhaseCost;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.YamlDocument;
import h2eal.sim.dram.EngineKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SimulationTest {

    private static final Simulation BURST = new Simulation(EngineKind.BURST);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "hb-edge, h2eal",
        "hb-silicon, h2eal",
        "hb-optimistic, h2eal",
        "hb-wide, h2eal",
        "hb-large, h2eal",
        "hb-edge, hb-remote",
        "hb-edge, hb-head",
        "hb-edge, hb-tiled"
    })
    void everyPresetAndSystemRunsAndItsPartsAddUp(String hardware, String system) {
        SimulationResult result = BURST.run(point(hardware, system, "dense, denseLayers: 0"));
        assertThat(result.fits()).isTrue();
        assertThat(result.phases().stream().mapToDouble(PhaseCost::cycles).sum())
                .isCloseTo(
                        result.endToEnd().cycles(),
                        within(1e-6 * result.endToEnd().cycles()));
        double parts = result.endToEnd().energyPicojoules().byComponent().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
        assertThat(parts).isCloseTo(result.endToEnd().energyPicojoules().total(), within(1e-9 * parts));
        assertThat((double) result.attention().cycles())
                .isGreaterThanOrEqualTo(result.attention().rooflineCycles());
    }

    /// Demo model: 2 sequences x 4 layers x 4 heads x 2048 tokens of 128 bytes, read once in every step.
    @Test
    void denseAttentionReadsEveryTokenOnce() {
        SimulationResult result = BURST.run(point("hb-edge", "hb-tiled", "dense"));
        assertThat(result.counts().cacheBytesRead()).isEqualTo(2L * 4 * 4 * 2048 * 128);
        assertThat(result.counts().pagesSkipped()).isZero();
    }

    @Test
    void sameDesignPointGivesTheSameResult() {
        DesignPoint point = point("hb-edge", "h2eal", "quest, budgetTokens: 512");
        assertThat(BURST.run(point)).isEqualTo(BURST.run(point));
    }

    @Test
    void resultComesBackFromJsonUnchanged() {
        SimulationResult result = BURST.run(point("hb-edge", "h2eal", "quest, budgetTokens: 512"));
        assertThat(Json.read(Json.line(result), SimulationResult.class)).isEqualTo(result);
    }

    @Test
    void timelineHasATrackForEveryTileAndBankAndEndsWithTheStep() throws IOException {
        DesignPoint point = point("hb-edge", "h2eal", "quest, budgetTokens: 512, refreshInterval: 1");
        Path file = folder.resolve("timeline.json");
        SimulationResult result;
        try (ChromeTrace trace = ChromeTrace.open(file, point.hardware().cycleNanoseconds())) {
            result = BURST.run(point, trace);
        }
        JsonNode events = JsonMapper.shared().readTree(Files.readString(file)).get("traceEvents");
        double end = 0;
        int tracks = 0;
        for (JsonNode event : events) {
            tracks += event.get("name").asString().equals("thread_name") ? 1 : 0;
            end = event.has("ts")
                    ? Math.max(
                            end, event.get("ts").asDouble() + event.get("dur").asDouble())
                    : end;
        }
        assertThat(tracks).isGreaterThanOrEqualTo(64 + 64);
        double step = result.endToEnd().cycles() * point.hardware().cycleNanoseconds() / 1000;
        assertThat(end).isBetween(0.99 * step, 1.01 * step);
    }

    private static DesignPoint point(String hardware, String system, String attention) {
        DesignPoints reader = new DesignPoints(Presets.installed());
        return reader.point(
                reader.resolved(YamlDocument.parse("spec.yaml", """
                model: h2eal-demo
                hardware: %s
                attention: {preset: %s}
                mapping: %s
                workload: {context: 2K, batch: 2, seed: 3}
                """.formatted(hardware, attention, system))));
    }
}

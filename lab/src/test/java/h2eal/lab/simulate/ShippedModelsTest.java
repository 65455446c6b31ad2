package h2eal.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.DesignPoints;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.YamlDocument;
import h2eal.sim.dram.EngineKind;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every shipped model decodes.
class ShippedModelsTest {

    private static final Presets PRESETS = Presets.installed();

    /// Only the demo and 1.24 thousand million weights at FP16 fit a 4 GiB stack; all are simulated.
    @ParameterizedTest
    @MethodSource("models")
    void everyModelDecodesWhetherItFitsOrNot(String model) {
        SimulationResult result = new Simulation(EngineKind.BURST).run(point(model));
        boolean small = model.equals("h2eal-demo") || model.equals("llama-3.2-1b");
        assertThat(result.fits()).isEqualTo(small);
        assertThat(result.capacity().explanation()).startsWith(small ? "fits: " : "does not fit: ");
        assertThat((double) result.endToEnd().cycles())
                .isGreaterThanOrEqualTo(result.endToEnd().rooflineCycles());
        assertThat(result.attention().cycles()).isPositive();
    }

    static List<String> models() {
        return List.copyOf(PRESETS.names(Kind.MODEL));
    }

    private static DesignPoint point(String model) {
        DesignPoints reader = new DesignPoints(PRESETS);
        return reader.point(reader.resolved(YamlDocument.parse("spec.yaml", """
                model: %s
                hardware: hb-silicon
                attention: quest
                mapping: h2eal
                workload: {context: 1K, steps: 1, seed: 3}
                """.formatted(model))));
    }
}

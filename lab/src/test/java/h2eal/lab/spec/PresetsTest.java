package h2eal.lab.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.hardware.Accelerator;
import h2eal.hardware.DramTiming;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlDocument;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresetsTest {

    private final Presets presets = Presets.installed();

    @Test
    void everyPresetIsValidAndNamedAsItsFile() {
        for (String name : presets.names(Kind.MODEL)) {
            assertThat(model(name).shape().name()).isEqualTo(name);
        }
        for (String name : presets.names(Kind.HARDWARE)) {
            assertThat(accelerator(name).name()).isEqualTo(name);
        }
        for (String name : presets.names(Kind.ATTENTION)) {
            assertThat(AttentionSpec.attention(presets.named(Kind.ATTENTION, name))
                            .name())
                    .isEqualTo(name);
        }
        for (String name : presets.names(Kind.TIMING)) {
            assertThat(TimingSpec.bank(presets.named(Kind.TIMING, name))).isNotNull();
        }
    }

    @Test
    void everyHeadFileAPresetNamesExists() {
        for (String name : presets.names(Kind.MODEL)) {
            Model model = model(name);
            assertThat(model.gates().stream()).allMatch(Files::isRegularFile);
            assertThat(model.copyScores().stream()).allMatch(Files::isRegularFile);
        }
    }

    /// Parameters as their makers round them: 6.7, 8.0, 8.0, 1.24, 3.2, 7.2, 46.7, 7.6 and 8.2 thousand million.
    @ParameterizedTest
    @CsvSource({
        "llama-2-7b, 6.74",
        "llama-3-8b, 8.03",
        "llama-3.1-8b, 8.03",
        "llama-3.2-1b, 1.24",
        "llama-3.2-3b, 3.21",
        "mistral-7b, 7.24",
        "mixtral-8x7b, 46.7",
        "qwen2.5-7b, 7.62",
        "qwen3-8b, 8.19"
    })
    void storedWeightsAreThePublishedParameters(String name, double billions) {
        assertThat(model(name).shape().storedWeights() / 1e9).isCloseTo(billions, within(0.005 * billions));
    }

    /// hardware.md section 0: bandwidth of one bank, capacity and bandwidth of the whole.
    @ParameterizedTest
    @CsvSource({
        "hb-edge, 25.6, 16, 1.64",
        "hb-silicon, 12.8, 4, 1.64",
        "hb-optimistic, 8.8, 4.5, 6.76",
        "hb-wide, 51.2, 16, 3.28",
        "hb-large, 25.6, 160, 1.64"
    })
    void presetsHaveTheBandwidthAndCapacityOfTheirSources(
            String name, double bankGigabytes, double gibibytes, double terabytes) {
        Accelerator accelerator = accelerator(name);
        double bank = accelerator.bank().peakBytesPerCycle() / accelerator.cycleNanoseconds();
        int banks = accelerator.tile().banks() * accelerator.mesh().tiles();
        assertThat(bank).isCloseTo(bankGigabytes, within(1e-9 * bankGigabytes));
        assertThat(accelerator.capacityBytes() / Math.pow(2, 30)).isEqualTo(gibibytes);
        assertThat(bank * banks / 1000).isCloseTo(terabytes, within(0.005 * terabytes));
    }

    @Test
    void nanosecondsBecomeTheCyclesOfTheGoldenEdgeBank() {
        DramTiming golden = TimingSpec.bank(presets.named(Kind.TIMING, "edge")).timing();
        DramTiming edge = accelerator("hb-edge").bank().timing();
        assertThat(edge.withRefresh(golden.tRefi(), golden.tRfc()))
                .usingRecursiveComparison()
                .ignoringFields("tRrd")
                .isEqualTo(golden);
    }

    @Test
    void refreshFollowsFromCapacityAndRetention() {
        assertThat(accelerator("hb-edge").bank().timing().refreshBusyFraction()).isCloseTo(0.025, within(0.001));
        assertThat(accelerator("hb-silicon").bank().timing().refreshBusyFraction())
                .isCloseTo(0.025, within(0.001));
    }

    @Test
    void blockOverridesItsPreset() {
        var node = YamlDocument.parse("x.yaml", "hardware: {preset: hb-edge, mesh: 4x4}")
                .fields()
                .get("hardware");
        assertThat(HardwareSpec.accelerator(presets.resolve(Kind.HARDWARE, node))
                        .mesh()
                        .tiles())
                .isEqualTo(16);
    }

    @Test
    void unknownPresetNamesTheNearestAndAll() {
        assertThatThrownBy(() -> presets.named(Kind.HARDWARE, "hb-egde"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("did you mean hb-edge?")
                .hasMessageContaining("hb-silicon");
    }

    private Model model(String name) {
        return ModelSpec.model(presets.named(Kind.MODEL, name));
    }

    private Accelerator accelerator(String name) {
        return HardwareSpec.accelerator(presets.named(Kind.HARDWARE, name));
    }
}

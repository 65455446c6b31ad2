package h2eal.lab.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.Budget;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import org.junit.jupiter.api.Test;

class KnownAccuracyTest {

    @Test
    void theDefaultIsTheSettingThatWasMeasured() {
        Attention preset = AttentionSpec.attention(Presets.installed().named(Kind.ATTENTION, "h2eal"));
        assertThat(preset.hybrid().retrieval().budget()).isEqualTo(new Budget.Fixed(4096));
        assertThat(preset.streamingShare()).isEqualTo(0.5);
        assertThat(KnownAccuracy.of("llama-3-8b", "default"))
                .isEqualTo(KnownAccuracy.of("llama-3-8b", "budget 4096, streaming share 0.5"))
                .hasSize(3);
    }

    @Test
    void whatNobodyMeasuredIsNotClaimed() {
        assertThat(KnownAccuracy.of("llama-3-8b", "budget 1024, streaming share 0.5"))
                .isEmpty();
        assertThat(KnownAccuracy.of("llama-3-8b", "budget 4096, streaming share 0.75"))
                .isEmpty();
        assertThat(KnownAccuracy.of("mistral-7b", "default")).isEmpty();
    }

    @Test
    void longBenchStaysWithinThePapersDrop() {
        assertThat(KnownAccuracy.of("llama-3-8b", "default").getFirst().drop()).isCloseTo(0.0077, within(1e-4));
    }
}

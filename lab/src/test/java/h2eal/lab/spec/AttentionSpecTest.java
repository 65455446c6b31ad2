package h2eal.lab.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.Budget;
import h2eal.attention.HeadPattern.Retrieval;
import h2eal.attention.HybridAttention;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlDocument;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/// The optional keys of an `attention:` block, added to the h2eal preset.
class AttentionSpecTest {

    @Test
    void budgetIsFixedAndForcesTheSinkUnlessToldOtherwise() throws IOException {
        assertThat(retrieval("")).isEqualTo(new Retrieval(new Budget.Fixed(4096), 128));
        assertThat(retrieval("forcedSinkTokens: 0")).isEqualTo(new Retrieval(new Budget.Fixed(4096), 0));
    }

    @Test
    void budgetMayGrowOrAimAtAShare() throws IOException {
        assertThat(retrieval("budgetDivisor: 16").budget()).isEqualTo(new Budget.Growing(4096, 16));
        assertThat(retrieval("budgetDivisor: 3.5").budget()).isEqualTo(new Budget.Growing(4096, 3.5));
        assertThat(retrieval("massTarget: 0.95\ncapTokens: 16384").budget())
                .isEqualTo(new Budget.MassTarget(.95, 4096, 16_384));
    }

    @Test
    void keysThatDoNotGoTogetherAreNamed() {
        assertRefused("massTarget: 0.95", "attention.capTokens: missing");
        assertRefused("capTokens: 9", "capTokens: \"9\": expected only beside massTarget");
        assertRefused(
                "massTarget: .9\ncapTokens: 1\nbudgetDivisor: 2", "expected budgetDivisor or massTarget, not both");
        assertRefused("massTarget: .9\ncapTokens: 1", "capTokens must be at least tokens: 1, 4096");
        assertRefused("massTarget: 0\ncapTokens: 5000", "share must be above 0");
    }

    @Test
    void promptsAreReadDenselyUnlessToldOtherwise() throws IOException {
        assertThat(attention("").verticalSlashTokens()).isEmpty();
        assertThat(attention("verticalSlashTokens: 4K").verticalSlashTokens()).hasValue(4096);
    }

    private static void assertRefused(String keys, String message) {
        assertThatThrownBy(() -> retrieval(keys))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining(message);
    }

    private static Retrieval retrieval(String keys) throws IOException {
        return attention(keys).retrieval();
    }

    private static HybridAttention attention(String keys) throws IOException {
        String preset = Files.readString(Presets.installed().folder().resolve("attention/h2eal.yaml"));
        return AttentionSpec.attention(YamlDocument.parse("my.yaml", preset + keys + "\n"))
                .hybrid();
    }
}

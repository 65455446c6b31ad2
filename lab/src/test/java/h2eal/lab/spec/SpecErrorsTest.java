package h2eal.lab.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlDocument;
import h2eal.lab.yaml.YamlNode.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a user gets for each kind of mistake: one line with file, line, key, value, and what is allowed.
class SpecErrorsTest {

    private final Presets presets = Presets.installed();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hardware | banks: 1 | banks: 0 | tile.banks: \"0\": expected a whole number of at least 1",
                "hardware | banks: 1 | bankz: 1 | tile.bankz: unknown key; did you mean banks?",
                "hardware | capacity: 256 MiB | capacity: 256 MB | bank.capacity: \"256 MB\": expected a size such as 256 MiB",
                "hardware | mesh: 8x8 | mesh: 64 | mesh: \"64\": expected rows x columns",
                "hardware | pinRate: 0.4 Gb/s | pinRate: 0.4 GB/s | pinRate: \"0.4 GB/s\": expected a pin rate",
                "hardware | tRC: 48 ns | tRC: 20 ns | tRc must be at least tRas (14): 8",
                "hardware | tRC: 48 ns | tRC: 48 m | tRC: \"48 m\": expected whole cycles such as 6, or a time",
                "hardware | powerCap: 15 W | powerCap: 0 W | powerCapWatts must be positive",
                "hardware | pins: 512 | pins: [512, 256] | pins: a list or block: expected one value",
                "model | kvHeads: 8 | kvHeads: 5 | queryHeads must be a multiple of kvHeads: 32, 5",
                "model | tiedOutput: false | tiedOutput: no | tiedOutput: \"no\": expected true or false",
                "model | kv: f16 | kv: fp16 | kv: \"fp16\": expected one of bf16, f16, f32, int4, int8",
                "attention | pageTokens: 64 | pageTokens: 60 | pageTokens must be a positive multiple of summaryTokens: 60, 16",
                "attention | score: box | score: boxes | score: \"boxes\": expected one of box, mass, spread",
                "attention | streamingShare: 0.5 | streamingShare: 50 | streamingShare: \"50\": expected a number from 0.0 to 1.0",
                "attention | denseLayers: 0 | '' | attention.denseLayers: missing",
            })
    void mistakeIsNamedWithItsPlace(String kind, String written, String instead, String message) throws IOException {
        Kind which = Kind.valueOf(kind.toUpperCase(Locale.ROOT));
        String preset = switch (which) {
            case HARDWARE -> "hb-edge";
            case MODEL -> "llama-3-8b";
            case ATTENTION -> "h2eal";
            case MAPPING, WORKLOAD, TIMING -> throw new IllegalArgumentException(kind);
        };
        Path file = presets.folder().resolve(which.folder()).resolve(preset + ".yaml");
        String text = Files.readString(file);
        String broken = text.replaceFirst(Pattern.quote(written), instead);
        assertThat(broken).isNotEqualTo(text);
        assertThatThrownBy(() -> reader(which).accept(YamlDocument.parse("my.yaml", broken)))
                .isInstanceOf(SpecException.class)
                .hasMessageMatching("(?s)my\\.yaml:[0-9]+: .*")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void errorInsideAnIncludedPresetKeepsItsOwnPlace() throws IOException {
        Path broken = Files.createTempFile("broken", ".yaml");
        Files.writeString(broken, "name: x\nmesh: [");
        ThrowingCallable resolve = () -> presets.resolve(
                Kind.HARDWARE,
                YamlDocument.parse("spec.yaml", "hardware: " + broken).fields().get("hardware"));
        assertThatThrownBy(resolve).hasMessageStartingWith(broken + ":");
        Files.delete(broken);
    }

    @Test
    void unknownPresetInASpecIsPlacedInTheSpec() {
        ThrowingCallable resolve = () -> presets.resolve(
                Kind.MODEL,
                YamlDocument.parse("spec.yaml", "a: 1\nmodel: llama-9").fields().get("model"));
        assertThatThrownBy(resolve).hasMessageStartingWith("spec.yaml:2: llama-9: no such model preset");
    }

    private static Consumer<Block> reader(Kind kind) {
        return switch (kind) {
            case HARDWARE -> HardwareSpec::accelerator;
            case MODEL -> ModelSpec::model;
            case ATTENTION -> AttentionSpec::attention;
            case MAPPING, WORKLOAD, TIMING -> throw new IllegalArgumentException(kind.word());
        };
    }
}

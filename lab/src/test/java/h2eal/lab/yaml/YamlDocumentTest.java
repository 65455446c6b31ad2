package h2eal.lab.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.lab.yaml.YamlNode.Block;
import h2eal.lab.yaml.YamlNode.Items;
import h2eal.lab.yaml.YamlNode.Scalar;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlDocumentTest {

    @Test
    void everyNodeKnowsItsLine() {
        Block root = YamlDocument.parse("f.yaml", """
                a: 1
                b:
                  c: [x, 'y']
                """);
        assertThat(root.fields().get("a")).isEqualTo(new Scalar(new Place("f.yaml", 1), "1"));
        Block b = (Block) root.fields().get("b");
        Items c = (Items) b.fields().get("c");
        assertThat(c.items())
                .containsExactly(new Scalar(new Place("f.yaml", 3), "x"), new Scalar(new Place("f.yaml", 3), "y"));
    }

    @Test
    void mergeReplacesOnlyWhatIsNamed() {
        Block preset = YamlDocument.parse("p", "bank: {pins: 512, row: 2 KiB}\nmesh: 8x8");
        Block merged = preset.merge(YamlDocument.parse("o", "bank: {pins: 256}"));
        Fields fields = Fields.of(merged, "", "bank", "mesh");
        assertThat(fields.text("mesh")).isEqualTo("8x8");
        assertThat(fields.block("bank", "pins", "row").text("pins")).isEqualTo("256");
        assertThat(fields.block("bank", "pins", "row").text("row")).isEqualTo("2 KiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[1, 2]", "a: [", "a: 1\na: 2", "a:", "a: []", "\t- b", "just words", "a: b: c"})
    void malformedDocumentIsOneLineThatNamesTheFile(String text) {
        assertThatThrownBy(() -> YamlDocument.parse("bad.yaml", text))
                .isInstanceOf(SpecException.class)
                .hasMessageStartingWith("bad.yaml:")
                .hasMessageNotContaining("\n");
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(() -> YamlDocument.read(Path.of("nowhere.yaml")))
                .isInstanceOf(SpecException.class)
                .hasMessage("nowhere.yaml: no such file");
    }
}

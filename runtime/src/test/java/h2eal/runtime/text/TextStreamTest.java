package h2eal.runtime.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TextStreamTest {

    @Test
    void aCharacterAppearsWithItsLastByte() {
        TextStream stream = new TextStream();
        assertThat(stream.append(new byte[] {(byte) 0xF0, (byte) 0x9F})).isEmpty();
        assertThat(stream.append(new byte[] {(byte) 0x99})).isEmpty();
        assertThat(stream.append(new byte[] {(byte) 0x82, 'a'})).isEqualTo("\uD83D\uDE42a");
        assertThat(stream.end()).isEmpty();
    }

    @Test
    void incompleteAndMalformedBytesBecomeReplacementCharacters() {
        TextStream stream = new TextStream();
        assertThat(stream.append(new byte[] {(byte) 0xFF, 'b', (byte) 0xC3})).isEqualTo("\uFFFDb");
        assertThat(stream.end()).isEqualTo("\uFFFD");
    }

    @Property(tries = 200, seed = "11")
    void piecesSpellTheWholeWhereverTheyAreCut(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TextStream stream = new TextStream();
        StringBuilder spelled = new StringBuilder();
        for (byte value : bytes) {
            spelled.append(stream.append(new byte[] {value}));
        }
        spelled.append(stream.end());
        assertThat(spelled.toString()).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    }
}

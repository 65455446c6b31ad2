package h2eal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerTest {

    @Test
    void textThatMayBeginAStopTextIsHeldBackUntilDecided() {
        Answer answer = new Answer(List.of("<end>", "STOP"));
        assertThat(append(answer, "one <")).isEqualTo("one ");
        assertThat(append(answer, "en")).isEmpty();
        assertThat(append(answer, "try> ST")).isEqualTo("<entry> ");
        assertThat(append(answer, "OP and more")).isEmpty();
        assertThat(answer.isStopped()).isTrue();
        assertThat(answer.end()).isEmpty();
        assertThat(answer.text()).isEqualTo("one <entry> ");
    }

    @Test
    void theFirstOfSeveralStopTextsCounts() {
        Answer answer = new Answer(List.of("b", "a"));
        assertThat(append(answer, "xayb")).isEqualTo("x");
        assertThat(answer.text()).isEqualTo("x");
    }

    @Test
    void whatIsHeldBackAppearsAtTheEnd() {
        Answer answer = new Answer(List.of("stop"));
        assertThat(append(answer, "go st")).isEqualTo("go ");
        assertThat(answer.end()).isEqualTo("st");
        assertThat(answer.text()).isEqualTo("go st");
        assertThat(answer.isStopped()).isFalse();
    }

    @Test
    void aCharacterCutInTwoAppearsWhole() {
        Answer answer = new Answer(List.of());
        assertThat(answer.append(new byte[] {'a', (byte) 0xC3})).isEqualTo("a");
        assertThat(answer.append(new byte[] {(byte) 0xA9})).isEqualTo("é");
    }

    private static String append(Answer answer, String text) {
        return answer.append(text.getBytes(StandardCharsets.UTF_8));
    }
}

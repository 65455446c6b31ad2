package h2eal.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class HaystackTest {

    private static final String PROSE = "word ".repeat(200);

    @Test
    void factsStandBetweenWordsAtEqualDistances() {
        Haystack haystack = Haystack.plant(PROSE, List.of(new Fact("abc", "1234"), new Fact("xyz", "0007")), 400);

        String text = haystack.text();
        assertThat(text).hasSizeBetween(395, 400).contains("word [abc=1234] word", "word [xyz=0007] word");
        assertThat(text.indexOf("[abc=")).isBetween(120, 130);
        assertThat(text.indexOf("[xyz=")).isBetween(255, 265);
        assertThat(text.replace("[abc=1234] ", "").replace("[xyz=0007] ", "")).isEqualTo("word ".repeat(75));
    }

    @Test
    void textTooShortForTheFactsIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Haystack.plant("short", List.of(), 100));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Haystack.plant(PROSE, List.of(new Fact("abc", "1234")), 12));
    }

    @Test
    void factOfAnotherFormIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Fact("ABC", "1234"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Fact("abc", "12345"));
    }
}

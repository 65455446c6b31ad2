package h2eal.lab.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Against values worked out by hand.
class MetricTest {

    private static final List<String> NONE = List.of();

    @Test
    void wordsOfAnswersAreComparedInSquadsNormalForm() {
        // said: cat sat on mat (4), wanted: cat sat (2): precision 2/4, recall 1, F1 2/3
        assertThat(score(Metric.QA_F1, "The cat sat, on the mat!", "cat sat")).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(score(Metric.QA_F1, "A dog.", "the dog")).isEqualTo(1);
        assertThat(score(Metric.QA_F1, "dog dog", "dog")).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(score(Metric.QA_F1, "", "dog")).isZero();
        assertThat(score(Metric.QA_F1, "red", "blue", "red")).isEqualTo(1);
    }

    @Test
    void rougeLTakesTheLongestCommonSubsequence() {
        // subsequence: police the gunman (3) of 4 and 4 words
        assertThat(score(Metric.ROUGE_L, "police kill the gunman", "police killed the gunman"))
                .isCloseTo(0.75, within(1e-12));
        // the gunman (2) of 4 and 4
        assertThat(score(Metric.ROUGE_L, "the gunman kill police", "police killed the gunman"))
                .isCloseTo(0.5, within(1e-12));
    }

    @Test
    void classIsSharedAmongThoseNamed() {
        List<String> classes = List.of("Food", "Sport", "Winter Sport");

        assertThat(Metric.CLASSIFICATION.of("Type: Food", List.of("Food"), classes))
                .isEqualTo(1);
        assertThat(Metric.CLASSIFICATION.of("Food or Sport", List.of("Food"), classes))
                .isEqualTo(0.5);
        assertThat(Metric.CLASSIFICATION.of("Winter Sport", List.of("Winter Sport"), classes))
                .isEqualTo(1);
        assertThat(Metric.CLASSIFICATION.of("Sport", List.of("Food"), classes)).isZero();
    }

    @Test
    void numbersCountByTheirShare() {
        assertThat(score(Metric.RETRIEVAL, "Paragraph 3 or 7", "Paragraph 3")).isEqualTo(0.5);
        assertThat(score(Metric.RETRIEVAL, "none", "Paragraph 3")).isZero();
        assertThat(score(Metric.COUNT, "There are 12, not 11, yes 12", "12")).isCloseTo(2 / 3.0, within(1e-12));
    }

    @Test
    void codeIsComparedByItsFirstLine() {
        // 9 characters each, 8 in common: 2 * 8 / 18, as a whole percentage
        assertThat(score(Metric.CODE_SIMILARITY, "# say\n```\nreturn ab\nx", "return ac"))
                .isEqualTo(0.89);
        assertThat(score(Metric.CODE_SIMILARITY, "\nreturn a", "return a")).isEqualTo(1);
    }

    @Test
    void rulerLooksForTheReferencesInTheAnswer() {
        assertThat(score(Metric.STRING_MATCH_ALL, "It is ABC and 12.", "abc", "13", "12", "x"))
                .isEqualTo(0.5);
        assertThat(score(Metric.STRING_MATCH_PART, "It is ABC.", "x", "abc")).isEqualTo(1);
    }

    @Test
    void datasetsHaveTheirOfficialMetric() {
        assertThat(Metric.ofLongBench("hotpotqa_e")).isEqualTo(Metric.QA_F1);
        assertThat(Metric.ofLongBench("lcc")).isEqualTo(Metric.CODE_SIMILARITY);
        assertThatThrownBy(() -> Metric.ofLongBench("dureader")).hasMessageContaining("needs a segmenter");
        assertThatThrownBy(() -> Metric.ofLongBench("mine")).hasMessageStartingWith("dataset mine is not one of");
    }

    private static double score(Metric metric, String answer, String... references) {
        return metric.of(answer, List.of(references), NONE);
    }
}

package h2eal.lab.eval.metric;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Texts as the metrics compare them.
final class Words {

    private static final String PUNCTUATION = "[\\p{Punct}]";

    private Words() {}

    /// SQuAD's normal form: lower case, no punctuation, no English articles, single blanks.
    static List<String> normal(String text) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll(PUNCTUATION, "").replaceAll("\\b(a|an|the)\\b", " ");
        return split(plain);
    }

    /// Words between blanks.
    static List<String> split(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /// Words that both lists share, as often as the one that has them less often.
    static int common(List<String> first, List<String> second) {
        Map<String, Integer> counts = new HashMap<>();
        first.forEach(word -> counts.merge(word, 1, Integer::sum));
        int common = 0;
        for (String word : second) {
            if (counts.merge(word, -1, Integer::sum) >= 0) {
                common++;
            }
        }
        return common;
    }

    /// Harmonic mean of the shares of two lists that `common` elements are.
    static double f1(int common, int first, int second) {
        if (common == 0) {
            return 0;
        }
        double precision = (double) common / first;
        double recall = (double) common / second;
        return 2 * precision * recall / (precision + recall);
    }
}

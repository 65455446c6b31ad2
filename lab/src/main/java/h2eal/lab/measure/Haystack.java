package h2eal.lab.measure;

import java.util.List;

/// A long text with facts planted in it.
///
/// @param text the text with its facts
/// @param facts in the order in which they stand
public record Haystack(String text, List<Fact> facts) {

    public Haystack {
        facts = List.copyOf(facts);
    }

    /// Plants `facts` at equal distances into the start of `prose`, each after a blank.
    ///
    /// @param characters length of the result, at most; the text ends with a whole word
    /// @throws IllegalArgumentException if the prose is shorter or the facts leave no room
    public static Haystack plant(String prose, List<Fact> facts, int characters) {
        int planted =
                facts.stream().mapToInt(fact -> fact.statement().length() + 1).sum();
        int kept = characters - planted;
        if (kept < facts.size() + 1 || prose.length() < kept) {
            throw new IllegalArgumentException("%d characters do not hold %d facts of %d and a text of %d"
                    .formatted(characters, facts.size(), planted, prose.length()));
        }
        StringBuilder text = new StringBuilder(characters);
        int from = 0;
        for (int i = 0; i < facts.size(); i++) {
            int to = wordEnd(prose, kept * (i + 1) / (facts.size() + 1), from);
            text.append(prose, from, to).append(facts.get(i).statement()).append(' ');
            from = to;
        }
        text.append(prose, from, wordEnd(prose, kept, from));
        return new Haystack(text.toString(), facts);
    }

    /// The position after the last blank before `at`, or `at` when no blank lies between `from` and it.
    private static int wordEnd(String prose, int at, int from) {
        int blank = prose.lastIndexOf(' ', at - 1);
        return blank < from ? at : blank + 1;
    }
}

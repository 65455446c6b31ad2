package h2eal.lab.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/// The nearest allowed word to one that is not allowed.
public final class Nearest {

    private Nearest() {}

    /// `did you mean X? allowed: ...`, or only the latter if nothing is near.
    public static String hint(String word, Collection<String> allowed) {
        String list = "allowed: " + String.join(", ", allowed);
        return allowed.stream()
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .filter(candidate -> distance(word, candidate) <= Math.max(2, candidate.length() / 3))
                .map(candidate -> "did you mean %s? %s".formatted(candidate, list))
                .orElse(list);
    }

    /// Edits (Levenshtein) between two words, case ignored.
    static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}

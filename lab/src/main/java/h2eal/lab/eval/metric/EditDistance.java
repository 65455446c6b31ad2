package h2eal.lab.eval.metric;

import java.util.List;
import java.util.Objects;

/// Longest common subsequences, and the similarity that follows from insertions and deletions.
final class EditDistance {

    private EditDistance() {}

    /// Length of the longest common subsequence.
    static <T> int commonSubsequence(List<T> first, List<T> second) {
        int[] row = new int[second.size() + 1];
        for (T element : first) {
            int diagonal = 0;
            for (int j = 1; j <= second.size(); j++) {
                int above = row[j];
                row[j] = Objects.equals(element, second.get(j - 1)) ? diagonal + 1 : Math.max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return row[second.size()];
    }

    /// fuzzywuzzy's `ratio` as its fast twin computes it: twice the common characters over all characters, from 0 to 1.
    static double ratio(String first, String second) {
        int length = first.length() + second.length();
        if (length == 0) {
            return 0;
        }
        List<Integer> a = first.chars().boxed().toList();
        List<Integer> b = second.chars().boxed().toList();
        return 2.0 * commonSubsequence(a, b) / length;
    }
}

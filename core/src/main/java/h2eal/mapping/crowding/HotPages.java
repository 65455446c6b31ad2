package h2eal.mapping.crowding;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Replication against persistent crowding: pages that a trace selects again and again get a second copy in other
/// banks,
/// and every read of such a page takes the copy whose banks are emptier.
///
/// @param first where the pages lie
/// @param second where the copies would lie
/// @param replicated pages that have a copy
public record HotPages(PageLoads first, PageLoads second, Set<Integer> replicated) {

    public HotPages {
        replicated = Set.copyOf(replicated);
        if (first.pages() != second.pages()) {
            throw new IllegalArgumentException(
                    "copies are of the same pages: %d, %d".formatted(first.pages(), second.pages()));
        }
    }

    /// Replicates the `copies` pages that `trace` selects most often; ties to the lower page.
    ///
    /// @param trace selections of successive refreshes of one head
    public static HotPages of(PageLoads first, PageLoads second, List<List<Integer>> trace, int copies) {
        int[] uses = new int[first.pages()];
        trace.forEach(selection -> selection.forEach(page -> uses[page]++));
        Set<Integer> hot = new TreeSet<>(IntStream.range(0, uses.length)
                .boxed()
                .filter(page -> uses[page] > 0)
                .sorted(Comparator.comparingInt((Integer page) -> -uses[page]))
                .limit(copies)
                .toList());
        return new HotPages(first, second, hot);
    }

    /// Bytes of the fullest bank when `selection` is read: pages without a copy first, then each page with one from
    /// where the fullest bank it touches stays emptier.
    public long fullest(List<Integer> selection) {
        long[] loads = new long[first.expected(0).length];
        selection.stream().filter(page -> !replicated.contains(page)).forEach(page -> first.add(page, loads));
        for (int page : selection) {
            if (replicated.contains(page)) {
                boolean original = first.peak(page, loads) <= second.peak(page, loads);
                (original ? first : second).add(page, loads);
            }
        }
        return Arrays.stream(loads).max().orElse(0);
    }
}

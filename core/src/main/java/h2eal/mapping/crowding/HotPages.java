package h2eal.mapping.crowding;

import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.mapping.HeadId;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// The pages of one head that are selected again and again, so that a second copy of them pays: persistent crowding.
///
/// @param pages ascending
public record HotPages(int layer, HeadId head, List<Integer> pages) {

    public HotPages {
        Objects.requireNonNull(head, "head");
        pages = List.copyOf(pages);
        for (int i = 1; i < pages.size(); i++) {
            if (pages.get(i - 1) >= pages.get(i)) {
                throw new IllegalArgumentException("pages must ascend: " + pages);
            }
        }
    }

    /// The `copies` pages that `past` steps read most often, of those they read at all; ties to the lower page. The
    /// open page is left out, as it still grows.
    ///
    /// @param past what the head read in each step
    /// @param contextTokens tokens in the cache in the first of these steps
    public static HotPages of(
            int layer, HeadId head, List<TokenSet> past, PageGeometry geometry, int contextTokens, int copies) {
        int[] uses = new int[contextTokens / geometry.pageTokens()];
        for (TokenSet read : past) {
            for (int page = 0; page < uses.length; page++) {
                uses[page] += read.contains(page * geometry.pageTokens()) ? 1 : 0;
            }
        }
        List<Integer> most = IntStream.range(0, uses.length)
                .filter(page -> uses[page] > 0)
                .boxed()
                .sorted(Comparator.comparingInt((Integer page) -> -uses[page]))
                .limit(copies)
                .sorted()
                .toList();
        return new HotPages(layer, head, most);
    }
}

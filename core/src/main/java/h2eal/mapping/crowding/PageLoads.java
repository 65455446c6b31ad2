package h2eal.mapping.crowding;

import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvLayout;
import java.util.Arrays;
import java.util.List;

/// How many bytes of every bank each page of one head takes to read.
///
/// A page fills a few rows, which lie in a few banks, so some sets of pages crowd: the bank that holds most of the
/// selection makes all others wait.
public final class PageLoads {

    private final int banks;
    /// For each page, pairs of a bank and its bytes.
    private final int[][] pages;

    private PageLoads(int banks, int[][] pages) {
        this.banks = banks;
        this.pages = pages;
    }

    /// Loads given directly: one row per page, one column per bank.
    static PageLoads of(int[][] bytes) {
        int banks = bytes.length == 0 ? 0 : bytes[0].length;
        return new PageLoads(banks, Arrays.stream(bytes).map(PageLoads::pairs).toArray(int[][]::new));
    }

    /// The loads of one head's pages under a layout, the open page included.
    public static PageLoads of(
            KvLayout layout,
            int layer,
            HeadId head,
            PageGeometry geometry,
            int contextTokens,
            Accelerator accelerator) {
        int banksPerTile = accelerator.tile().banks();
        int[][] pages = new int[geometry.pages(contextTokens)][];
        for (int page = 0; page < pages.length; page++) {
            int[] bytes = new int[accelerator.mesh().tiles() * banksPerTile];
            TokenSet tokens = TokenSet.ofPages(new int[] {page}, geometry.pageTokens(), contextTokens);
            layout.readTokens(
                    layer,
                    head,
                    tokens,
                    (tile, bank, row, column, count) -> bytes[tile * banksPerTile + bank] += count);
            pages[page] = pairs(bytes);
        }
        return new PageLoads(accelerator.mesh().tiles() * banksPerTile, pages);
    }

    private static int[] pairs(int[] bytes) {
        int[] pairs =
                new int[2 * (int) Arrays.stream(bytes).filter(each -> each > 0).count()];
        int used = 0;
        for (int bank = 0; bank < bytes.length; bank++) {
            if (bytes[bank] > 0) {
                pairs[used++] = bank;
                pairs[used++] = bytes[bank];
            }
        }
        return pairs;
    }

    /// Pages of the head.
    public int pages() {
        return pages.length;
    }

    /// Bytes of each bank that `count` pages take on average.
    double[] expected(int count) {
        double[] expected = new double[banks];
        for (int[] pairs : pages) {
            for (int i = 0; i < pairs.length; i += 2) {
                expected[pairs[i]] += (double) pairs[i + 1] * count / pages.length;
            }
        }
        return expected;
    }

    /// Bytes of the fullest bank when `selection` is read.
    public long fullest(List<Integer> selection) {
        long[] loads = new long[banks];
        for (int page : selection) {
            add(page, loads);
        }
        return Arrays.stream(loads).max().orElse(0);
    }

    /// Bytes of the fullest bank over those of an even spread of the same selection over the banks of the group; 1 is
    /// perfect.
    public double crowding(List<Integer> selection) {
        double even = Arrays.stream(expected(selection.size())).max().orElse(0);
        return even == 0 ? 1 : fullest(selection) / even;
    }

    void add(int page, long[] loads) {
        int[] pairs = pages[page];
        for (int i = 0; i < pairs.length; i += 2) {
            loads[pairs[i]] += pairs[i + 1];
        }
    }

    /// Bytes of the fullest bank that `page` touches, with the page added.
    long peak(int page, long[] loads) {
        int[] pairs = pages[page];
        long peak = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            peak = Math.max(peak, loads[pairs[i]] + pairs[i + 1]);
        }
        return peak;
    }

    /// Whether no bank of `page` exceeds its limit with the page added.
    boolean fits(int page, long[] loads, double[] limits) {
        int[] pairs = pages[page];
        for (int i = 0; i < pairs.length; i += 2) {
            if (loads[pairs[i]] + pairs[i + 1] > limits[pairs[i]]) {
                return false;
            }
        }
        return true;
    }
}

package h2eal.mapping.crowding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.HeadPattern;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.mapping.CacheEntry;
import h2eal.mapping.CachePlan;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvFormat;
import h2eal.mapping.KvLayout;
import h2eal.mapping.Placement;
import h2eal.mapping.StoredHead;
import h2eal.mapping.TestAccelerators;
import h2eal.mapping.placement.Placements;
import h2eal.model.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PageCopiesTest {

    private static final int CONTEXT = 4 << 10;
    private static final PageGeometry GEOMETRY = new PageGeometry(64, 16);
    private static final KvFormat FORMAT = new KvFormat(128, 4, Precision.F16, GEOMETRY);
    private static final HeadId HEAD = new HeadId(0, 0);
    private static final Placement PLACEMENT = Placements.named("page-per-bank");

    private final Accelerator accelerator = TestAccelerators.edge(2, 4);
    private final HeadGroup group = HeadGroup.everywhere(HEAD, 0, 8);
    private final CachePlan plan = new CachePlan(
            FORMAT,
            List.of(CONTEXT),
            List.of(List.of(new StoredHead(group, group, new HeadPattern.Retrieval(1024)))),
            5);
    private final KvLayout single = PLACEMENT.place(plan, accelerator);

    private KvLayout copied(Integer... pages) {
        return PageCopies.of(single, plan, List.of(new HotPages(0, HEAD, List.of(pages))), PLACEMENT, accelerator);
    }

    private static TokenSet pages(int... pages) {
        return TokenSet.ofPages(pages, 64, CONTEXT);
    }

    private long fullest(KvLayout layout, TokenSet tokens) {
        long[] loads = new long[8];
        layout.readTokens(0, HEAD, tokens, (tile, bank, row, column, bytes) -> loads[tile] += bytes);
        return Arrays.stream(loads).max().orElseThrow();
    }

    @Test
    void hotPagesAreThoseReadMostOften() {
        List<TokenSet> past = List.of(pages(0, 3, 9), pages(3, 9, 20), pages(5, 9));
        assertThat(HotPages.of(0, HEAD, past, GEOMETRY, CONTEXT, 2).pages()).containsExactly(3, 9);
        assertThat(HotPages.of(0, HEAD, past, GEOMETRY, CONTEXT, 100).pages()).containsExactly(0, 3, 5, 9, 20);
    }

    @Test
    void openPageIsNeverCopied() {
        List<TokenSet> past = List.of(TokenSet.range(64 * 3, 64 * 4 + 10));
        assertThat(HotPages.of(0, HEAD, past, GEOMETRY, 64 * 4 + 10, 5).pages()).containsExactly(3);
    }

    /// Pages 0 and 8 lie in the same bank; the copy of one of them does not.
    @Test
    void copyEmptiesTheBankThatTwoPagesShare() {
        long page = 64L * FORMAT.tokenBytes();
        assertThat(fullest(single, pages(0, 8))).isEqualTo(2 * page);
        assertThat(fullest(copied(8), pages(0, 8))).isEqualTo(page);
        assertThat(fullest(copied(8), pages(0, 1))).isEqualTo(page);
    }

    /// The inverse finds the owner of every byte read, originals and copies alike: each key once.
    @Test
    void everyTokenIsReadOnce() {
        KvLayout layout = copied(0, 8, 16, 24);
        TokenSet tokens = pages(0, 1, 8, 16, 24, 32).union(TokenSet.range(64 * 40, 64 * 40 + 20));
        Map<Integer, Integer> reads = new TreeMap<>();
        layout.readTokens(0, HEAD, tokens, (tile, bank, row, column, bytes) -> {
            for (int at = column; at < column + bytes; at += FORMAT.keyBytes()) {
                CacheEntry entry = layout.at(tile, bank, row, at, CONTEXT).orElseThrow();
                if (entry.kind() == CacheEntry.Kind.KEY) {
                    reads.merge(entry.index(), 1, Integer::sum);
                }
            }
        });
        assertThat(reads.values()).containsOnly(1);
        assertThat(reads.keySet()).hasSize(tokens.size()).allMatch(tokens::contains);
    }

    @Test
    void copiesTakeTheirOwnRowsAndNoAppends() {
        KvLayout layout = copied(0, 8);
        long added = 0;
        for (int tile = 0; tile < 8; tile++) {
            added += layout.bytesUsed(tile, 0) - single.bytesUsed(tile, 0);
        }
        assertThat(added).isEqualTo(2 * 64L * FORMAT.tokenBytes());
        long[] written = {0};
        layout.append(0, HEAD, CONTEXT - 1, (tile, bank, row, column, bytes) -> written[0] += bytes);
        assertThat(written[0]).isEqualTo(FORMAT.tokenBytes() + FORMAT.summaryBytes());
    }

    @Test
    void withoutHotPagesNothingChanges() {
        assertThat(PageCopies.of(single, plan, List.of(), PLACEMENT, accelerator))
                .isSameAs(single);
        assertThatThrownBy(() -> new HotPages(0, HEAD, List.of(3, 3))).hasMessage("pages must ascend: [3, 3]");
    }
}

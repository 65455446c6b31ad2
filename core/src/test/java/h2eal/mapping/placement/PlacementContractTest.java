package h2eal.mapping.placement;

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
import h2eal.model.Precision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every placement must keep, whatever it is for.
class PlacementContractTest {

    private static final int CAPACITY = 1000;
    private static final int CONTEXT = 777;
    private static final PageGeometry PAGES = new PageGeometry(64, 16);

    static Set<String> names() {
        return Placements.byName().keySet();
    }

    record Piece(int tile, int bank, int row, int column, int bytes) {}

    @ParameterizedTest
    @MethodSource("names")
    void everyByteOfEveryTokenReadIsVisitedOnceAndLeadsBackToItsToken(String name) {
        for (Accelerator accelerator : List.of(TestAccelerators.edge(2, 3), TestAccelerators.silicon(2, 3))) {
            for (KvFormat format : formats()) {
                CachePlan plan = plan(format, accelerator.mesh().tiles());
                KvLayout layout = Placements.named(name).place(plan, accelerator);
                forEachHead(plan, (layer, stored) -> {
                    TokenSet tokens = readable(stored);
                    List<Piece> pieces = new ArrayList<>();
                    layout.readTokens(
                            layer, stored.head(), tokens, (t, b, r, c, n) -> pieces.add(new Piece(t, b, r, c, n)));
                    assertLeadBack(layout, pieces, layer, stored, tokens, format.keyBytes());
                });
            }
        }
    }

    private static void assertLeadBack(
            KvLayout layout, List<Piece> pieces, int layer, StoredHead stored, TokenSet tokens, int keyBytes) {
        // Sampling at this stride meets every key and every value at least once, whatever the pieces.
        int stride = Math.min(16, keyBytes);
        Set<CacheEntry> found = new HashSet<>();
        long bytes = 0;
        for (Piece piece : pieces) {
            assertThat(piece.bytes()).isPositive();
            assertThat(piece.column() + piece.bytes()).isLessThanOrEqualTo(2048);
            bytes += piece.bytes();
            for (int at = 0; at < piece.bytes(); at += stride) {
                CacheEntry entry = layout.at(piece.tile(), piece.bank(), piece.row(), piece.column() + at, CONTEXT)
                        .orElseThrow();
                assertThat(entry.layer()).isEqualTo(layer);
                assertThat(entry.head()).isEqualTo(stored.head());
                assertThat(tokens.contains(entry.index())).isTrue();
                found.add(entry);
            }
        }
        assertThat(bytes).isEqualTo(2L * keyBytes * tokens.size());
        assertThat(found).hasSize(2 * tokens.size());
    }

    @ParameterizedTest
    @MethodSource("names")
    void summariesAreVisitedOnceAndOverlapNothing(String name) {
        Accelerator accelerator = TestAccelerators.edge(2, 3);
        for (KvFormat format : formats()) {
            CachePlan plan = plan(format, 6);
            KvLayout layout = Placements.named(name).place(plan, accelerator);
            forEachHead(plan, (layer, stored) -> {
                int summaries = stored.keepsSummaries() ? PAGES.summaries(CONTEXT) : 0;
                Set<Integer> found = new TreeSet<>();
                long[] bytes = {0};
                layout.readSummaries(layer, stored.head(), summaries, (tile, bank, row, column, count) -> {
                    bytes[0] += count;
                    for (int at = 0; at < count; at += 16) {
                        CacheEntry entry =
                                layout.at(tile, bank, row, column + at, CONTEXT).orElseThrow();
                        assertThat(entry.kind()).isEqualTo(CacheEntry.Kind.SUMMARY);
                        found.add(entry.index());
                    }
                });
                assertThat(bytes[0]).isEqualTo((long) summaries * format.summaryBytes());
                assertThat(found).hasSize(summaries);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void appendWritesWhereTheTokenIsRead(String name) {
        Accelerator accelerator = TestAccelerators.silicon(2, 3);
        CachePlan plan = plan(formats().getFirst(), 6);
        KvLayout layout = Placements.named(name).place(plan, accelerator);
        forEachHead(plan, (layer, stored) -> {
            for (int token : new int[] {0, 63, 64, 500, CAPACITY - 1}) {
                Set<Piece> read = new HashSet<>();
                layout.readTokens(
                        layer,
                        stored.head(),
                        TokenSet.range(token, token + 1),
                        (t, b, r, c, n) -> read.add(new Piece(t, b, r, c, n)));
                Set<Piece> written = new HashSet<>();
                layout.append(layer, stored.head(), token, (t, b, r, c, n) -> written.add(new Piece(t, b, r, c, n)));
                assertThat(written).containsAll(read).hasSize(read.size() + (stored.keepsSummaries() ? 1 : 0));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void placesTheSamePlanTheSameWay(String name) {
        Accelerator accelerator = TestAccelerators.silicon(2, 3);
        CachePlan plan = plan(formats().getFirst(), 6);
        Placement placement = Placements.named(name);
        assertThat(visits(placement.place(plan, accelerator), plan))
                .isEqualTo(visits(placement.place(plan, accelerator), plan));
    }

    @ParameterizedTest
    @MethodSource("names")
    void usesOnlyRowsAboveTheWeightsAndCountsThem(String name) {
        Accelerator accelerator = TestAccelerators.edge(2, 3);
        CachePlan plan = plan(formats().getFirst(), 6);
        KvLayout layout = Placements.named(name).place(plan, accelerator);
        for (Piece piece : visits(layout, plan)) {
            long row = piece.row() - plan.firstRow();
            assertThat(row).isBetween(0L, layout.bytesUsed(piece.tile(), piece.bank()) / 2048 - 1);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void refusesAPlanThatDoesNotFitWithTheNumbers(String name) {
        Accelerator accelerator = TestAccelerators.silicon(1, 1);
        StoredHead stored = new StoredHead(group(0, 0, 1), group(0, 0, 1), new HeadPattern.Dense());
        CachePlan plan = new CachePlan(formats().getFirst(), List.of(1 << 20), List.of(List.of(stored)), 100);
        assertThatThrownBy(() -> Placements.named(name).place(plan, accelerator))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hb-silicon needs")
                .hasMessageContaining("and has 32.0");
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        assertThatThrownBy(() -> Placements.named("random"))
                .hasMessage("unknown placement 'random', allowed: page-per-bank, token-interleaved, row-packed, "
                        + "clustered, interleaved-remote");
    }

    @Test
    void rowPackedReadsAlignedPagesInWholeRows() {
        CachePlan plan = plan(formats().getFirst(), 6);
        KvLayout layout = Placements.named("row-packed").place(plan, TestAccelerators.edge(2, 3));
        TokenSet pages = TokenSet.ofPages(new int[] {1, 2, 5, 9}, 64, CONTEXT);
        List<Piece> pieces = new ArrayList<>();
        StoredHead retrieval = plan.layers().getFirst().get(1);
        layout.readTokens(0, retrieval.head(), pages, (t, b, r, c, n) -> pieces.add(new Piece(t, b, r, c, n)));
        assertThat(pieces).hasSize(4 * 64 * 512 / 2048).allMatch(piece -> piece.bytes() == 2048);
    }

    private interface HeadCheck {
        void check(int layer, StoredHead stored);
    }

    private static void forEachHead(CachePlan plan, HeadCheck check) {
        for (int layer = 0; layer < plan.layers().size(); layer++) {
            for (StoredHead stored : plan.layers().get(layer)) {
                check.check(layer, stored);
            }
        }
    }

    private static List<Piece> visits(KvLayout layout, CachePlan plan) {
        List<Piece> pieces = new ArrayList<>();
        forEachHead(plan, (layer, stored) -> {
            layout.readTokens(
                    layer, stored.head(), readable(stored), (t, b, r, c, n) -> pieces.add(new Piece(t, b, r, c, n)));
            int summaries = stored.keepsSummaries() ? PAGES.summaries(CONTEXT) : 0;
            layout.readSummaries(
                    layer, stored.head(), summaries, (t, b, r, c, n) -> pieces.add(new Piece(t, b, r, c, n)));
        });
        return pieces;
    }

    private static TokenSet readable(StoredHead stored) {
        return switch (stored.pattern()) {
            case HeadPattern.Dense dense -> TokenSet.range(0, CONTEXT);
            case HeadPattern.Streaming streaming ->
                TokenSet.range(0, streaming.sinkTokens())
                        .union(TokenSet.range(Math.max(0, CONTEXT - streaming.windowTokens()), CONTEXT));
            case HeadPattern.Retrieval retrieval -> TokenSet.ofPages(new int[] {0, 3, 4, 7, 12}, 64, CONTEXT);
        };
    }

    /// Ordinary tokens, tokens that do not divide a row, and tokens longer than a row.
    private static List<KvFormat> formats() {
        return List.of(
                new KvFormat(128, 4, Precision.F16, PAGES),
                new KvFormat(48, 1, Precision.INT8, PAGES),
                new KvFormat(640, 2, Precision.F16, PAGES));
    }

    private static HeadGroup group(int sequence, int head, int tiles) {
        return HeadGroup.everywhere(new HeadId(sequence, head), 0, tiles);
    }

    private static CachePlan plan(KvFormat format, int tiles) {
        HeadId a = new HeadId(0, 0);
        HeadId b = new HeadId(0, 1);
        HeadId c = new HeadId(1, 0);
        HeadGroup uneven = new HeadGroup(b, List.of(4, 2, 0, 5), List.of(0.4, 0.35, 0.2, 0.05));
        List<StoredHead> first = List.of(
                new StoredHead(HeadGroup.single(a, 3), HeadGroup.single(a, 3), new HeadPattern.Streaming(10, 100)),
                new StoredHead(uneven, group(0, 1, tiles), new HeadPattern.Retrieval(320)),
                new StoredHead(group(1, 0, tiles), group(1, 0, tiles), new HeadPattern.Dense()));
        HeadGroup pair = new HeadGroup(a, List.of(3, 4), List.of(0.7, 0.3));
        List<StoredHead> second = List.of(
                new StoredHead(pair, pair, new HeadPattern.Streaming(0, 70)),
                new StoredHead(HeadGroup.single(c, 3), HeadGroup.single(c, 3), new HeadPattern.Streaming(64, 2000)));
        return new CachePlan(format, List.of(CAPACITY, CAPACITY), List.of(first, second), 7);
    }
}

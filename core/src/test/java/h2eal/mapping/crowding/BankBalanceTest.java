package h2eal.mapping.crowding;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.mapping.CachePlan;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvFormat;
import h2eal.mapping.KvLayout;
import h2eal.mapping.StoredHead;
import h2eal.mapping.TestAccelerators;
import h2eal.mapping.placement.Placements;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.workload.PagePopularity;
import h2eal.workload.ScoreFilter;
import h2eal.workload.SyntheticReads;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Bank-balanced selection through the ordinary policy: the same budget, the same forced pages, emptier banks.
class BankBalanceTest {

    private static final int CONTEXT = 16 << 10;
    private static final int PAGE = 64;
    private static final int BUDGET = 2048;
    private static final PageGeometry GEOMETRY = new PageGeometry(PAGE, 16);
    private static final HeadPattern RETRIEVAL = new HeadPattern.Retrieval(BUDGET);
    private static final ModelShape MODEL =
            new ModelShape("one head", 1, 512, 4, 1, 128, 512, 100, 1, 1, true, 1 << 17);
    private static final HybridAttention ATTENTION = new HybridAttention(
            GEOMETRY,
            new HeadPattern.Streaming(128, 256),
            (HeadPattern.Retrieval) RETRIEVAL,
            SummaryScore.BOX,
            GroupRule.SUM,
            4,
            0,
            false);

    private final Accelerator accelerator = TestAccelerators.silicon(2, 4);
    private final HeadId head = new HeadId(0, 0);
    private final KvLayout layout = layout();

    private KvLayout layout() {
        HeadGroup group = HeadGroup.everywhere(head, 0, 8);
        CachePlan plan = new CachePlan(
                KvFormat.of(MODEL, Precision.F16, ATTENTION),
                List.of(CONTEXT),
                List.of(List.of(new StoredHead(group, group, RETRIEVAL))),
                0);
        return Placements.named("row-packed").place(plan, accelerator);
    }

    @Test
    void selectsAsManyPagesOverEmptierBanks() {
        PageLoads loads = PageLoads.of(layout, 0, head, GEOMETRY, CONTEXT, accelerator);
        TokenSet free = selected(ScoreFilter.NONE);
        TokenSet balanced = selected(new BankBalance(layout, accelerator, ATTENTION, 0, 0.0));
        assertThat(balanced.size()).isEqualTo(free.size()).isEqualTo(BUDGET);
        assertThat(balanced.contains(CONTEXT - 1)).isTrue();
        assertThat(loads.crowding(pages(free))).isGreaterThan(1.2);
        assertThat(loads.crowding(pages(balanced))).isLessThan(1.05);
    }

    @Test
    void anInfiniteSlackChangesNothing() {
        assertThat(selected(new BankBalance(layout, accelerator, ATTENTION, 0, Double.POSITIVE_INFINITY)))
                .isEqualTo(selected(ScoreFilter.NONE));
    }

    private static TokenSet selected(ScoreFilter filter) {
        HeadMap heads = HeadMap.allRetrieval(1, 1);
        return new SyntheticReads(MODEL, ATTENTION, heads, new PagePopularity.Uniform(), CONTEXT, 1, 5, filter)
                .steps()
                .next()
                .read(0, 0)
                .tokens();
    }

    private static List<Integer> pages(TokenSet tokens) {
        return IntStream.range(0, CONTEXT / PAGE)
                .filter(page -> tokens.contains(page * PAGE))
                .boxed()
                .toList();
    }
}

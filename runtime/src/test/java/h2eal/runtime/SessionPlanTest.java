package h2eal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.runtime.cache.CacheShape;
import h2eal.runtime.decode.AttentionPlan;
import h2eal.runtime.page.KvType;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SessionPlanTest {

    private static final PageGeometry PAGES = new PageGeometry(64, 16);
    private static final CacheShape CACHE = new CacheShape(1, 1, 64, KvType.F16, PAGES, 1 << 17);

    @Test
    void batchesAreShorterFarIntoAContextButNeverUnder128() {
        SessionPlan plan = new SessionPlan(AttentionPlan.dense(PAGES), CACHE, false, 512);
        assertThat(plan.batchAt(0)).isEqualTo(512);
        assertThat(plan.batchAt((16 << 10) - 1)).isEqualTo(512);
        assertThat(plan.batchAt((32 << 10) - 1)).isEqualTo(256);
        assertThat(plan.batchAt(1 << 17)).isEqualTo(128);
        assertThat(new SessionPlan(AttentionPlan.dense(PAGES), CACHE, false, 32).batchAt(0))
                .isEqualTo(32);
    }

    @Test
    void linesAreSearchedForAFewTokensAtATime() {
        HybridAttention dense = AttentionPlan.dense(PAGES).attention();
        HybridAttention lines = dense.withVerticalSlash(OptionalInt.of(4096));
        SessionPlan plan = new SessionPlan(new AttentionPlan(lines, Optional.empty()), CACHE, false, 512);
        assertThat(plan.batchAt(0)).isEqualTo(128);
    }
}

package h2eal.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PerplexityTest {

    private static final int WINDOW = 200;

    private static Engine engine;

    @BeforeAll
    static void openModel() {
        engine = Engine.open(Shipped.model(), 1);
    }

    @AfterAll
    static void closeModel() {
        engine.close();
    }

    @Test
    void hybridEqualsDenseExactlyWhileTheWindowFitsTheBudget() {
        Perplexity dense = measure(new AttentionMode.Dense());
        Perplexity hybrid = measure(hybrid(WINDOW));
        assertThat(hybrid.klToDense()).isZero();
        assertThat(hybrid.tokens()).isEqualTo(dense.tokens());
        assertThat(hybrid.perplexity()).isBetween(dense.perplexity() * 0.9999, dense.perplexity() * 1.0001);
    }

    @Test
    void aBudgetBelowTheWindowMovesTheDistribution() {
        assertThat(measure(hybrid(32)).klToDense()).isPositive();
    }

    private static Perplexity measure(AttentionMode mode) {
        int[] text = engine.tokenizer()
                .encode("The wind had fallen, and the boats lay still upon the water. ".repeat(5), false);
        return Perplexity.of(engine, SessionOptions.dense().with(mode), text, WINDOW, done -> {});
    }

    private static AttentionMode hybrid(int budgetTokens) {
        return new AttentionMode.Hybrid(
                new HybridAttention(
                        new PageGeometry(16, 16),
                        new HeadPattern.Streaming(16, 32),
                        new HeadPattern.Retrieval(budgetTokens),
                        SummaryScore.BOX,
                        GroupRule.SUM,
                        1,
                        0,
                        false),
                Optional.empty());
    }
}

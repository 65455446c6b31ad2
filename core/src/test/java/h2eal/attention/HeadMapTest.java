package h2eal.attention;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeadMapTest {

    private static final HeadMap MAP = HeadMap.of(new boolean[][] {{true, false}, {false, false}});

    @Test
    void printsHeadsLayerByLayer() {
        assertThat(MAP).hasToString("RS SS");
        assertThat(MAP.withBudgetFactors(new double[][] {{2, 1}, {1, 0.5}})).hasToString("RS SS [2.0, 1.0, 1.0, 0.5]");
    }

    /// Kept results are found by what their attention prints.
    @Test
    void mapsThatDifferPrintOtherwise() {
        HeadMap oneLayer = HeadMap.of(new boolean[][] {{true, false, false, false}});
        HeadMap factors = MAP.withBudgetFactors(new double[][] {{2, 1}, {1, 1}});
        HeadMap otherFactors = MAP.withBudgetFactors(new double[][] {{4, 1}, {1, 1}});

        assertThat(MAP.toString()).isNotEqualTo(oneLayer.toString()).isNotEqualTo(factors.toString());
        assertThat(factors.toString()).isNotEqualTo(otherFactors.toString());
    }
}

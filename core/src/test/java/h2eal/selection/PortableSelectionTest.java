package h2eal.selection;

import static h2eal.PortableVectors.HEAD_SIZE;
import static h2eal.PortableVectors.TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.PortableVectors;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.attention.TokenSet;
import h2eal.summary.KeySummary;
import h2eal.summary.SummaryTable;
import org.junit.jupiter.api.Test;

/// Scores and selections of the portable vectors against values computed outside this project.
class PortableSelectionTest {

    private static final double[][] BOX_SCORES = {
        {
            28.336281,
            22.590431,
            35.756513,
            33.146568,
            19.420704,
            32.284002,
            25.163617,
            28.069088,
            32.168739,
            34.133993,
            30.29081,
            31.642858,
            31.443989,
            -14.477282
        },
        {
            16.528586, 12.672206, 17.560529, 15.231997, 19.043258, 20.835827, 17.309263, 19.902265, 8.753171, 18.689759,
            18.423694, 19.899823, 19.275706, .893421
        }
    };

    private final PortableVectors vectors = new PortableVectors();

    @Test
    void boxScores() {
        SummaryTable table = table(new PageGeometry(4, 4), SummaryScore.BOX);
        for (int head = 0; head < 2; head++) {
            assertThat(table.scores(vectors.queries, head * HEAD_SIZE)).containsExactly(BOX_SCORES[head], within(5e-7));
        }
    }

    @Test
    void bestFourPagesAndTheNewestByBox() {
        assertThat(pages(GroupRule.NONE, SummaryScore.BOX, 0)).isEqualTo(pages(2, 3, 5, 9, 13));
        assertThat(pages(GroupRule.NONE, SummaryScore.BOX, 1)).isEqualTo(pages(5, 7, 11, 12, 13));
    }

    @Test
    void bestFourPagesAndTheNewestBySpread() {
        assertThat(pages(GroupRule.NONE, SummaryScore.SPREAD, 0)).isEqualTo(pages(0, 3, 5, 8, 13));
        assertThat(pages(GroupRule.NONE, SummaryScore.SPREAD, 1)).isEqualTo(pages(0, 5, 10, 12, 13));
    }

    @Test
    void sharedSelectionsOfBothHeads() {
        assertThat(pages(GroupRule.SUM, SummaryScore.BOX, 0)).isEqualTo(pages(2, 5, 9, 11, 13));
        assertThat(pages(GroupRule.MAX, SummaryScore.BOX, 0)).isEqualTo(pages(2, 3, 5, 9, 13));
        assertThat(pages(GroupRule.SOFTMAX_MAX, SummaryScore.BOX, 0)).isEqualTo(pages(2, 5, 7, 9, 13));
    }

    @Test
    void pagesOfTwoSummariesScoreTheHigherOne() {
        SummaryTable table = table(new PageGeometry(8, 4), SummaryScore.BOX);
        assertThat(table.pageScores(vectors.queries, 2))
                .containsExactly(
                        new float[] {
                            28.336281f, 35.756513f, 32.284002f, 28.069088f, 34.133993f, 31.642858f, 31.443989f,
                            16.528586f, 17.560529f, 20.835827f, 19.902265f, 18.689759f, 19.899823f, 19.275706f
                        },
                        within(4e-6f));
        HybridAttention attention = attention(new PageGeometry(8, 4), GroupRule.NONE, SummaryScore.BOX, 24);
        assertThat(select(attention, 0)).isEqualTo(TokenSet.ofPages(new int[] {1, 4, 6}, 8, TOKENS));
        assertThat(select(attention, 1)).isEqualTo(TokenSet.ofPages(new int[] {2, 3, 6}, 8, TOKENS));
    }

    @Test
    void flatPagesOfEightChooseOtherwise() {
        HybridAttention attention = attention(new PageGeometry(8, 8), GroupRule.NONE, SummaryScore.BOX, 24);
        assertThat(select(attention, 0)).isEqualTo(TokenSet.ofPages(new int[] {1, 4, 6}, 8, TOKENS));
        assertThat(select(attention, 1)).isEqualTo(TokenSet.ofPages(new int[] {1, 3, 6}, 8, TOKENS));
    }

    private TokenSet pages(GroupRule rule, SummaryScore score, int head) {
        return select(attention(new PageGeometry(4, 4), rule, score, 20), head);
    }

    private TokenSet select(HybridAttention attention, int head) {
        SummaryTable table = table(attention.geometry(), attention.score());
        return new SelectionPolicy(attention, 2, HEAD_SIZE)
                .select(attention.retrieval(), TOKENS, n -> table.pageScores(vectors.queries, 2), Selection.none())
                .tokens(head);
    }

    private SummaryTable table(PageGeometry geometry, SummaryScore score) {
        SummaryTable table = new SummaryTable(geometry, KeySummary.of(score, HEAD_SIZE));
        for (int token = 0; token < TOKENS; token++) {
            table.append(vectors.keys, token * HEAD_SIZE);
        }
        return table;
    }

    private static HybridAttention attention(PageGeometry geometry, GroupRule rule, SummaryScore score, int budget) {
        HeadPattern.Streaming noSink = new HeadPattern.Streaming(0, 8);
        return new HybridAttention(geometry, noSink, new HeadPattern.Retrieval(budget), score, rule, 1, 0, false);
    }

    private static TokenSet pages(int... pages) {
        return TokenSet.ofPages(pages, 4, TOKENS);
    }
}

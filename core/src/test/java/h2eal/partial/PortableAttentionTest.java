package h2eal.partial;

import static h2eal.PortableVectors.HEAD_SIZE;
import static h2eal.PortableVectors.PAGE_TOKENS;
import static h2eal.PortableVectors.SCALE;
import static h2eal.PortableVectors.TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.PortableVectors;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.summary.BoxSummary;
import h2eal.summary.SummaryTable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Attention over the portable vectors against values computed outside this project.
class PortableAttentionTest {

    private static final List<TokenSet> BY_BOX = List.of(pages(2, 3, 5, 9, 13), pages(5, 7, 11, 12, 13));
    private static final TokenSet STREAMING = TokenSet.range(0, 4).union(TokenSet.range(TOKENS - 8, TOKENS));

    private final PortableVectors vectors = new PortableVectors();
    private final ExactAttention attention = new ExactAttention(vectors.keys, vectors.values, HEAD_SIZE);

    @Test
    void queries() {
        double[][] expected = {
            {-1.709198, -.536774, 2.078705, -.3685, -1.409729, .473145, 2.309509, -2.120636},
            {.737457, -1.661865, 1.352051, .286285, -.762451, 1.102753, -.134491, 1.128754}
        };
        for (int i = 0; i < 16; i++) {
            assertThat((double) vectors.queries[i]).isCloseTo(expected[i / 8][i % 8], within(5e-7));
        }
    }

    @Test
    void firstPageHasTheseMinimaAndMaxima() {
        float[] box = new float[16];
        for (int token = 0; token < 4; token++) {
            new BoxSummary(8).append(box, 0, vectors.keys, token * 8, token);
        }
        float[] expected = {
            -1.946777f,
            -1.561523f,
            .31189f,
            -3.145874f,
            -2.617798f,
            -3.87439f,
            .819702f,
            -3.67041f, //
            2.404541f,
            -.286011f,
            2.604614f,
            1.919067f,
            .132568f,
            1.631104f,
            2.317139f,
            3.902466f
        };
        assertThat(box).containsExactly(expected, within(6e-7f));
    }

    @Test
    void dense() {
        double[][] outputs = {
            {-.30334, .080745, .715101, .305686, -.573158, -.100735, .0789, -.056981},
            {.027171, -.442172, .119803, .054791, -.034558, -.046978, -.223471, -.008141}
        };
        double[] logSumExps = {9.957137, 6.205486};
        for (int head = 0; head < 2; head++) {
            assertPartial(attention.dense(vectors.queries, head * HEAD_SIZE), outputs[head], logSumExps[head]);
        }
    }

    @Test
    void bestFourPagesAndTheNewest() {
        double[][] outputs = {
            {-.614579, .407037, .391471, .240141, .341013, .31232, -.255338, .56639},
            {.46314, -.476556, .055227, .117941, .097144, .003354, -.099172, .113511}
        };
        double[] logSumExps = {7.397739, 5.184871};
        double[] masses = {.077351, .360373};
        for (int head = 0; head < 2; head++) {
            Partial kept = attention.attend(vectors.queries, head * HEAD_SIZE, BY_BOX.get(head));
            assertPartial(kept, outputs[head], logSumExps[head]);
            assertThat(kept.massWithin(attention.dense(vectors.queries, head * HEAD_SIZE)))
                    .isCloseTo(masses[head], within(5e-7));
        }
    }

    @Test
    void bestFourPagesBySpreadAndTheNewestKeepMore() {
        TokenSet[] bySpread = {pages(0, 3, 5, 8, 13), pages(0, 5, 10, 12, 13)};
        double[] masses = {.949081, .542140};
        for (int head = 0; head < 2; head++) {
            Partial kept = attention.attend(vectors.queries, head * HEAD_SIZE, bySpread[head]);
            assertThat(kept.massWithin(attention.dense(vectors.queries, head * HEAD_SIZE)))
                    .isCloseTo(masses[head], within(5e-7));
        }
    }

    @Test
    void sinkOfFourAndWindowOfEight() {
        double[][] outputs = {
            {-.839123, .511068, .936813, -.52569, .435282, -.515236, .282007, .709794},
            {.426221, -.657235, .338939, .135671, .314279, -.032677, -.320168, .044442}
        };
        double[] logSumExps = {7.244812, 5.224263};
        double[] masses = {.066382, .374852};
        for (int head = 0; head < 2; head++) {
            Partial kept = attention.attend(vectors.queries, head * HEAD_SIZE, STREAMING);
            assertPartial(kept, outputs[head], logSumExps[head]);
            assertThat(kept.massWithin(attention.dense(vectors.queries, head * HEAD_SIZE)))
                    .isCloseTo(masses[head], within(5e-7));
        }
    }

    @Test
    void sinkAndWindowWithCompensation() {
        double[][] outputs = {
            {-.802315, .486214, .898401, -.495674, .408533, -.490752, .26793, .678139},
            {.347163, -.550221, .297974, .134507, .235292, -.023905, -.269728, .040184}
        };
        double[] logSumExps = {7.291755, 5.411633};
        CompensationToken compensation = new CompensationToken(HEAD_SIZE);
        for (int token = 4; token < TOKENS - 8; token++) {
            compensation.drop(vectors.keys, token * HEAD_SIZE, vectors.values, token * HEAD_SIZE);
        }
        for (int head = 0; head < 2; head++) {
            Partial kept = attention.attend(vectors.queries, head * HEAD_SIZE, STREAMING);
            Partial compensated = kept.merge(compensation.partial(vectors.queries, head * HEAD_SIZE));
            assertPartial(compensated, outputs[head], logSumExps[head]);
        }
    }

    @Test
    void exactMaximaWouldChooseTheseFourPages() {
        assertThat(oracle(0)).containsExactly(0, 3, 8, 9);
        assertThat(oracle(1)).containsExactly(0, 9, 10, 12);
    }

    @Test
    void fewTokensHoldMostOfTheMass() {
        assertThat(tokensForMass(0, .85)).containsExactly(33, 3);
        assertThat(tokensForMass(1, .85)).hasSize(11).startsWith(43, 37, 50, 2, 45, 1);
        assertThat(massOf(0, tokensForMass(0, .85))).isCloseTo(.881835, within(5e-7));
        assertThat(massOf(1, tokensForMass(1, .85))).isCloseTo(.859929, within(5e-7));
    }

    @Test
    void boxesBoundTheDroppedMass() {
        double[] bounds = {.998747, .988627};
        double[] truths = {.922649, .639627};
        SummaryTable table = new SummaryTable(new PageGeometry(PAGE_TOKENS, PAGE_TOKENS), new BoxSummary(HEAD_SIZE));
        for (int token = 0; token < TOKENS; token++) {
            table.append(vectors.keys, token * HEAD_SIZE);
        }
        for (int head = 0; head < 2; head++) {
            TokenSet keptTokens = BY_BOX.get(head);
            double[] scores = table.scores(vectors.queries, head * HEAD_SIZE);
            int[] tokens = new int[scores.length];
            for (int page = 0; page < scores.length; page++) {
                boolean kept = keptTokens.contains(page * PAGE_TOKENS);
                scores[page] = kept ? Double.NEGATIVE_INFINITY : scores[page] * SCALE;
                tokens[page] = Math.min(PAGE_TOKENS, TOKENS - page * PAGE_TOKENS);
            }
            Partial kept = attention.attend(vectors.queries, head * HEAD_SIZE, keptTokens);
            assertThat(DroppedMass.bound(kept, scores, tokens)).isCloseTo(bounds[head], within(5e-7));
            assertThat(DroppedMass.of(kept, attention.dense(vectors.queries, head * HEAD_SIZE)))
                    .isCloseTo(truths[head], within(5e-7));
        }
    }

    private int[] oracle(int head) {
        return IntStream.range(0, 13)
                .boxed()
                .sorted(Comparator.comparingDouble(page -> -IntStream.range(page * 4, page * 4 + 4)
                        .mapToDouble(token -> attention.score(vectors.queries, head * HEAD_SIZE, token))
                        .max()
                        .orElseThrow()))
                .limit(4)
                .sorted()
                .mapToInt(page -> page)
                .toArray();
    }

    private int[] tokensForMass(int head, double mass) {
        int[] ranked = IntStream.range(0, TOKENS)
                .boxed()
                .sorted(Comparator.comparingDouble(token -> -attention.score(vectors.queries, head * HEAD_SIZE, token)))
                .mapToInt(token -> token)
                .toArray();
        int count = 1;
        while (massOf(head, Arrays.copyOf(ranked, count)) < mass) {
            count++;
        }
        return Arrays.copyOf(ranked, count);
    }

    private double massOf(int head, int[] tokens) {
        TokenSet set = TokenSet.empty();
        for (int token : tokens) {
            set = set.union(TokenSet.range(token, token + 1));
        }
        return attention
                .attend(vectors.queries, head * HEAD_SIZE, set)
                .massWithin(attention.dense(vectors.queries, head * HEAD_SIZE));
    }

    private static void assertPartial(Partial partial, double[] output, double logSumExp) {
        assertThat(partial.output()).containsExactly(output, within(6e-7));
        assertThat(partial.logSumExp()).isCloseTo(logSumExp, within(5e-7));
    }

    private static TokenSet pages(int... pages) {
        return TokenSet.ofPages(pages, PAGE_TOKENS, TOKENS);
    }
}

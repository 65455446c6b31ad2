package h2eal.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.attention.TokenSet;
import h2eal.partial.ExactAttention;
import h2eal.partial.Partial;
import h2eal.summary.KeySummary;
import h2eal.summary.SummaryTable;
import h2eal.workload.ReadCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Summaries, selection and attention together, on random keys.
class SparseAttentionTest {

    private static final int HEAD_SIZE = 8;
    private static final int TOKENS = 200;
    private static final PageGeometry GEOMETRY = new PageGeometry(8, 4);

    @Property(tries = 50)
    void budgetOfTheContextGivesTheDenseOutputBitForBit(@ForAll long seed, @ForAll SummaryScore score) {
        Head head = Head.random(seed);
        Partial sparse = head.attend(head.select(score, TOKENS));
        assertThat(sparse.output()).containsExactly(head.dense().output());
    }

    @Property(tries = 30)
    void keptMassNeverFallsWhenTheBudgetGrows(@ForAll long seed, @ForAll SummaryScore score) {
        Head head = Head.random(seed);
        double mass = 0;
        TokenSet smaller = TokenSet.empty();
        for (int pages = 1; pages <= 25; pages++) {
            TokenSet tokens = head.select(score, 8 * pages);
            assertThat(tokens.union(smaller)).isEqualTo(tokens);
            double larger = head.attend(tokens).massWithin(head.dense());
            assertThat(larger).isGreaterThanOrEqualTo(mass - 1e-15);
            mass = larger;
            smaller = tokens;
        }
        assertThat(mass).isCloseTo(1, within(1e-12));
    }

    @Property(tries = 50)
    void outputDoesNotDependOnTheOrderOfThePages(@ForAll long seed) {
        Head head = Head.random(seed);
        TokenSet tokens = head.select(SummaryScore.BOX, 64);
        List<Integer> pages = new ArrayList<>(IntStream.range(0, 25)
                .filter(page -> tokens.contains(8 * page))
                .boxed()
                .toList());
        Collections.shuffle(pages, new Random(seed));
        Partial shuffled = Partial.empty(HEAD_SIZE);
        for (int page : pages) {
            shuffled = shuffled.merge(head.attend(TokenSet.range(8 * page, 8 * page + 8)));
        }
        assertThat(shuffled.output()).containsExactly(head.attend(tokens).output(), within(1e-12));
    }

    @Property(tries = 30)
    void headsOfALayerMayBeReorderedWithTheColumnsOfTheOutputMatrix(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int heads) {
        Random random = new Random(seed);
        double[][] outputs = new double[heads][];
        double[][] columns = new double[heads][];
        for (int head = 0; head < heads; head++) {
            Head one = Head.random(random.nextLong());
            boolean retrieval = random.nextBoolean();
            TokenSet streaming = TokenSet.range(0, 4).union(TokenSet.range(TOKENS - 8, TOKENS));
            outputs[head] = one.attend(retrieval ? one.select(SummaryScore.BOX, 32) : streaming)
                    .output();
            columns[head] = random.doubles(HEAD_SIZE).toArray();
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, heads).boxed().toList());
        Collections.shuffle(order, random);
        double inOrder = 0;
        double reordered = 0;
        for (int head = 0; head < heads; head++) {
            for (int i = 0; i < HEAD_SIZE; i++) {
                inOrder += columns[head][i] * outputs[head][i];
                reordered += columns[order.get(head)][i] * outputs[order.get(head)][i];
            }
        }
        assertThat(reordered).isCloseTo(inOrder, within(1e-12));
    }

    @Property(tries = 50)
    void plantedNeedleIsReadAtABudgetOfTwoPages(
            @ForAll long seed, @ForAll SummaryScore score, @ForAll @IntRange(min = 0, max = TOKENS - 1) int needle) {
        Head head = Head.random(seed);
        for (int i = 0; i < HEAD_SIZE; i++) {
            head.keys[needle * HEAD_SIZE + i] = 20 * head.query[i];
        }
        assertThat(head.select(score, 16).contains(needle)).isTrue();
    }

    @Property(tries = 50)
    void massTargetOverExactScoresHoldsItWithTheBest(
            @ForAll long seed, @ForAll @DoubleRange(min = .05, max = .99) double share) {
        Head head = Head.random(seed);
        Selection selection = head.selectCalibrated(new Budget.MassTarget(share, 1, TOKENS));
        TokenSet read = selection.tokens(0);
        double held = head.attend(read).massWithin(head.dense());
        assertThat(held).isGreaterThanOrEqualTo(share - 1e-6);
        ExactAttention exact = new ExactAttention(head.keys, head.values, HEAD_SIZE);
        double weakest = IntStream.range(0, TOKENS - 1)
                .filter(read::contains)
                .mapToDouble(token -> exact.score(head.query, 0, token))
                .min()
                .orElse(Double.POSITIVE_INFINITY);
        for (int token = 0; token < TOKENS; token++) {
            assertThat(read.contains(token) || exact.score(head.query, 0, token) <= weakest)
                    .isTrue();
        }
    }

    @Test
    void massTargetGuessesCautiouslyUntilItKnowsWhatScoresForetell() {
        Head head = Head.random(4);
        Budget.MassTarget target = new Budget.MassTarget(.5, 1, TOKENS - 1);
        Selection first = head.select(exact(target));
        assertThat(first.tokens(0).size())
                .isBetween(head.selectCalibrated(target).tokens(0).size() + 1, TOKENS - 2);
        assertThat(first.estimatedShare()).isEmpty();
    }

    @Test
    void massTargetStaysBetweenItsBounds() {
        Head head = Head.random(4);
        assertThat(head.selectCalibrated(new Budget.MassTarget(1, 1, 20))
                        .tokens(0)
                        .size())
                .isEqualTo(20);
        assertThat(head.selectCalibrated(new Budget.MassTarget(.001, 7, 20))
                        .tokens(0)
                        .size())
                .isEqualTo(7);
        Selection everything = head.select(exact(new Budget.MassTarget(.001, TOKENS, TOKENS)));
        assertThat(everything.tokens(0)).isEqualTo(TokenSet.range(0, TOKENS));
        assertThat(everything.estimatedShare()).isEmpty();
    }

    @Test
    void growingBudgetIsAShareOfALongContext() {
        Head head = Head.random(5);
        assertThat(head.select(exact(new Budget.Growing(10, 4))).tokens(0).size())
                .isEqualTo(TOKENS / 4);
        assertThat(head.select(exact(new Budget.Growing(60, 4))).tokens(0).size())
                .isEqualTo(60);
        assertThat(head.select(exact(new Budget.Growing(1, 1))).tokens(0).size())
                .isEqualTo(TOKENS);
    }

    @Test
    void shareOfAGrowingBudgetIsNotRoundedToWholeDivisors() {
        assertThat(new Budget.Growing(16, 4).scaled(2.6, 8)).isEqualTo(new Budget.Growing(40, 4 / 2.6));
        assertThat(new Budget.Growing(16, 3.5).leastTokens(4096)).isEqualTo(1170);
        assertThat(new Budget.Growing(16, 4).scaled(5, 8).leastTokens(4096)).isEqualTo(4096);
    }

    @Test
    void countersProveThatPagesWereSkipped() {
        HybridAttention attention = attention(SummaryScore.BOX, 64, GroupRule.SUM);
        HeadMap heads = HeadMap.of(new boolean[][] {{true, false}});
        SelectionPolicy policy = new SelectionPolicy(attention, 1, HEAD_SIZE);
        Head head = Head.random(3);
        ReadCounts counts = ReadCounts.NONE;
        for (int kvHead = 0; kvHead < 2; kvHead++) {
            Selection selection = policy.select(
                    attention.pattern(heads, 0, kvHead),
                    TOKENS,
                    pages -> head.table(attention).pageScores(head.query, 1),
                    Selection.none());
            counts = counts.plus(ReadCounts.of(selection.read(), TOKENS, GEOMETRY, 64, 64));
        }
        // 25 pages; the retrieval head scores all and reads 8, the streaming head reads sink 4 and window 8.
        assertThat(counts).isEqualTo(new ReadCounts(25, 8 + 2, 17 + 23, 64 * (64 + 12) + 64 * 50, 2 * 64 * 200));
    }

    private static HybridAttention attention(SummaryScore score, int budgetTokens, GroupRule rule) {
        return new HybridAttention(
                GEOMETRY,
                new HeadPattern.Streaming(4, 8),
                new HeadPattern.Retrieval(budgetTokens),
                score,
                rule,
                1,
                0,
                false);
    }

    /// Pages of one token, whose box scores are exact.
    private static HybridAttention exact(Budget budget) {
        return new HybridAttention(
                new PageGeometry(1, 1),
                new HeadPattern.Streaming(0, 1),
                new HeadPattern.Retrieval(budget, 0),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                0,
                false);
    }

    /// One query head with its keys and values.
    private record Head(float[] query, float[] keys, float[] values) {

        static Head random(long seed) {
            Random random = new Random(seed);
            return new Head(
                    gaussian(random, HEAD_SIZE),
                    gaussian(random, TOKENS * HEAD_SIZE),
                    gaussian(random, TOKENS * HEAD_SIZE));
        }

        SummaryTable table(HybridAttention attention) {
            KeySummary summary = KeySummary.of(attention.score(), HEAD_SIZE);
            SummaryTable table = new SummaryTable(attention.geometry(), summary);
            for (int token = 0; token < TOKENS; token++) {
                table.append(keys, token * HEAD_SIZE);
            }
            return table;
        }

        TokenSet select(SummaryScore score, int budgetTokens) {
            return select(attention(score, budgetTokens, GroupRule.SUM)).tokens(0);
        }

        Selection select(HybridAttention attention) {
            return new SelectionPolicy(attention, 1, HEAD_SIZE)
                    .select(
                            attention.retrieval(),
                            TOKENS,
                            pages -> table(attention).pageScores(query, 1),
                            Selection.none());
        }

        /// The second selection of two with the same query: by what the first one read.
        Selection selectCalibrated(Budget.MassTarget budget) {
            HybridAttention attention = exact(budget);
            SelectionPolicy policy = new SelectionPolicy(attention, 1, HEAD_SIZE);
            Selection first = select(exact(new Budget.MassTarget(1, 1, TOKENS)));
            ExactAttention exact = new ExactAttention(keys, values, HEAD_SIZE);
            double[] logMasses = IntStream.range(0, TOKENS)
                    .mapToDouble(token -> exact.score(query, 0, token))
                    .toArray();
            Selection measured = policy.measured(first, new double[][] {logMasses});
            return policy.select(
                    attention.retrieval(), TOKENS, pages -> table(attention).pageScores(query, 1), measured);
        }

        Partial attend(TokenSet tokens) {
            return new ExactAttention(keys, values, HEAD_SIZE).attend(query, 0, tokens);
        }

        Partial dense() {
            return new ExactAttention(keys, values, HEAD_SIZE).dense(query, 0);
        }

        private static float[] gaussian(Random random, int count) {
            float[] numbers = new float[count];
            IntStream.range(0, count).forEach(i -> numbers[i] = (float) random.nextGaussian());
            return numbers;
        }
    }
}

package h2eal.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HeadRead;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.attention.TokenSet;
import h2eal.model.ModelShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyntheticReadsTest {

    private static final ModelShape MODEL = new ModelShape("tiny", 3, 64, 8, 2, 8, 128, 256, 1, 1, true, 65_536);
    private static final PagePopularity UNIFORM = new PagePopularity.Uniform();

    /// Layer 0 is dense; head 0 of the others retrieves, head 1 streams.
    private static final HeadMap HEADS = HeadMap.of(new boolean[][] {{true, false}, {true, false}, {true, false}});

    @Test
    void everyHeadReadsByItsPattern() {
        List<StepReads> steps = steps(UNIFORM, GroupRule.SUM, 8000, 9, 1);
        for (int step = 0; step < 9; step++) {
            int context = 8000 + step;
            StepReads reads = steps.get(step);
            assertThat(reads.contextTokens()).isEqualTo(context);
            assertThat(reads.read(0, 1)).isEqualTo(new HeadRead(0, TokenSet.range(0, context)));
            assertThat(reads.read(2, 1).tokens())
                    .isEqualTo(TokenSet.range(0, 128).union(TokenSet.range(context - 256, context)));
            assertThat(reads.read(2, 0).summariesScored()).isEqualTo(step % 4 == 0 ? 500 + (step + 15) / 16 : 0);
            assertThat(reads.read(2, 0).tokens().pages(64)).isEqualTo(16);
            assertThat(reads.read(2, 0).tokens().contains(0)).isTrue();
            assertThat(reads.read(2, 0).tokens().contains(context - 1)).isTrue();
        }
    }

    @Test
    void sameSeedGivesTheSameReadsAndAnotherSeedOthers() {
        SyntheticReads source = source(UNIFORM, GroupRule.SUM, 8000, 5, 7);
        assertThat(all(source)).isEqualTo(all(source)).isNotEqualTo(steps(UNIFORM, GroupRule.SUM, 8000, 5, 8));
    }

    @Test
    void readsOfThisSeedNeverChange() {
        TokenSet tokens =
                steps(UNIFORM, GroupRule.SUM, 2000, 1, 42).getFirst().read(1, 0).tokens();
        assertThat(tokens)
                .hasToString("{0..127, 640..703, 768..831, 896..1151, 1216..1279, 1344..1407, 1536..1599, 1664..1855, "
                        + "1920..1999}");
    }

    @Test
    void contextWithinTheBudgetIsReadWhole() {
        StepReads step = steps(UNIFORM, GroupRule.NONE, 1024, 1, 1).getFirst();
        assertThat(step.read(1, 0)).isEqualTo(new HeadRead(0, TokenSet.range(0, 1024)));
    }

    @Test
    void uniformPagesAreDrawnEquallyOften() {
        int[] draws = draws(UNIFORM, 400);
        // Pages 2..124 share 13 free places in 100 selections of 2 heads and 400 steps.
        double expected = 2 * 100 * 13 / 123.0;
        for (int page = 2; page < 124; page++) {
            assertThat((double) draws[page]).isCloseTo(expected, within(6 * Math.sqrt(expected)));
        }
    }

    @Test
    void zipfPrefersRecentPages() {
        int[] draws = draws(new PagePopularity.Zipf(1.5, 3), 400);
        double middle = Arrays.stream(draws, 10, 110).average().orElseThrow();
        assertThat((draws[121] + draws[122] + draws[123]) / 3.0).isGreaterThan(3 * middle);
    }

    @Test
    void zipfPrefersTheSamePagesOfAHeadInEverySelection() {
        int[] draws = new int[100];
        List<StepReads> steps = steps(new PagePopularity.Zipf(2, 3), GroupRule.SUM, 8001, 200, 1);
        for (int step = 0; step < 200; step += 4) {
            for (int page = 0; page < 100; page++) {
                draws[page] += steps.get(step).read(1, 0).tokens().contains(640 + page * 64) ? 1 : 0;
            }
        }
        Arrays.sort(draws);
        // Equal pages would be drawn 5 times each.
        assertThat(draws[97]).isGreaterThan(25);
        assertThat(draws[50]).isLessThan(10);
    }

    @Test
    void persistentPagesAreReused() {
        double fresh = overlap(new PagePopularity.Hot(.2, 8, 0));
        double kept = overlap(new PagePopularity.Hot(.2, 8, .9));
        double frozen = overlap(new PagePopularity.Hot(.2, 8, 1));
        assertThat(fresh).isLessThan(.6);
        assertThat(kept).isBetween(.75, .99);
        assertThat(frozen).isEqualTo(1);
    }

    @Test
    void fittedPagesArePopularByTheirPlace() {
        List<Double> deep = List.of(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        int[] draws = draws(new PagePopularity.Fitted(deep, List.of(2.0), 0, 0, 0, 0, 0), 400);
        double middle = Arrays.stream(draws, 50, 62).average().orElseThrow();
        double elsewhere = Arrays.stream(draws, 70, 120).average().orElseThrow();
        assertThat(middle).isGreaterThan(3 * elsewhere);
        assertThat((double) draws[123]).as("the page before the newest").isGreaterThan(3 * elsewhere);
        assertThat((double) draws[122]).isLessThan(2 * elsewhere);
    }

    @Test
    void fittedNoiseStaysDriftsOrPasses() {
        assertThat(overlap(noise(1, 0, 0, 0))).isEqualTo(1);
        assertThat(overlap(noise(0, 1, 1, 0))).isEqualTo(1);
        assertThat(overlap(noise(0, 1, .8, 0))).isBetween(.6, .99);
        assertThat(overlap(noise(0, 0, 0, 0))).isLessThan(.4);
    }

    @Test
    void fittedNeighboursAreReadInRuns() {
        assertThat(runs(noise(0, 0, 0, 0))).isGreaterThan(1.15 * runs(noise(0, 0, 0, 1)));
    }

    private static PagePopularity.Fitted noise(double lasting, double drifting, double persistence, double neighbours) {
        return new PagePopularity.Fitted(List.of(0.0), List.of(), lasting, drifting, persistence, neighbours, 0);
    }

    /// Ranges of tokens that the retrieval heads read.
    private static double runs(PagePopularity popularity) {
        return steps(popularity, GroupRule.SUM, 8001, 400, 5).stream()
                .mapToInt(step -> step.read(1, 0).tokens().ranges())
                .sum();
    }

    @Test
    void queryHeadsWithoutASharedSelectionReadAUnion() {
        TokenSet union = steps(UNIFORM, GroupRule.NONE, 64_000, 1, 3)
                .getFirst()
                .read(1, 0)
                .tokens();
        // Four query heads draw 13 of 997 pages each; three pages are forced.
        assertThat(union.pages(64)).isBetween(3 + 40, 3 + 52);
    }

    @Test
    void headMapOfAnotherModelIsRefused() {
        assertThatThrownBy(() -> new SyntheticReads(
                        MODEL, attention(GroupRule.SUM), HeadMap.allRetrieval(3, 4), UNIFORM, 100, 1, 1))
                .hasMessageContaining("3 x 4")
                .hasMessageContaining("tiny has 3 x 2");
    }

    /// How often each page of 125 was selected at a constant number of pages.
    private static int[] draws(PagePopularity popularity, int selections) {
        int[] draws = new int[125];
        for (int seed = 0; seed < selections / 4; seed++) {
            StepReads step = steps(popularity, GroupRule.SUM, 8000, 1, seed).getFirst();
            for (int layer = 1; layer < 3; layer++) {
                for (int page = 0; page < 125; page++) {
                    draws[page] += step.read(layer, 0).tokens().contains(page * 64) ? 1 : 0;
                }
            }
        }
        return draws;
    }

    /// Share of the 16 pages of a selection that the next one keeps.
    private static double overlap(PagePopularity popularity) {
        List<StepReads> steps = steps(popularity, GroupRule.SUM, 8001, 40, 5);
        double kept = 0;
        for (int selection = 1; selection < 10; selection++) {
            TokenSet before = steps.get(4 * selection - 4).read(1, 0).tokens();
            TokenSet now = steps.get(4 * selection).read(1, 0).tokens();
            for (int page = 0; page < 126; page++) {
                kept += before.contains(page * 64) && now.contains(page * 64) ? 1 / 16.0 / 9 : 0;
            }
        }
        return Math.round(kept * 1e6) / 1e6;
    }

    private static List<StepReads> steps(PagePopularity popularity, GroupRule rule, int context, int steps, long seed) {
        return all(source(popularity, rule, context, steps, seed));
    }

    private static List<StepReads> all(ReadSource source) {
        List<StepReads> steps = new ArrayList<>();
        source.steps().forEachRemaining(steps::add);
        return steps;
    }

    private static SyntheticReads source(PagePopularity popularity, GroupRule rule, int context, int steps, long seed) {
        return new SyntheticReads(MODEL, attention(rule), HEADS, popularity, context, steps, seed);
    }

    private static HybridAttention attention(GroupRule rule) {
        return new HybridAttention(
                new PageGeometry(64, 16),
                new HeadPattern.Streaming(128, 256),
                new HeadPattern.Retrieval(new Budget.Fixed(1024), 128),
                SummaryScore.BOX,
                rule,
                4,
                1,
                false);
    }
}

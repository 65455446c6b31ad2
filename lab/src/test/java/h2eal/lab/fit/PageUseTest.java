package h2eal.lab.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.HeadRead;
import h2eal.attention.TokenSet;
import h2eal.lab.loop.RecordedRun;
import h2eal.lab.loop.Runs;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PageUseTest {

    private static final Offset<Double> EXACTLY = within(1e-12);

    /// Pages of 16 tokens, of which the sink holds four.
    private static final int SINK = 4;

    private static final int PAGES = 24;

    @Test
    void sharesAreThoseOfTheFreePages() {
        // free pages are 4 to 22: the sink's and the newest do not count
        PageUse use = PageUse.of(run(List.of(List.of(0, 1, 2, 3, 8, 9, 23), List.of(0, 1, 2, 3, 9, 20, 23))));

        assertThat(use.reuse()).isCloseTo(0.5, EXACTLY);
        assertThat(use.neighbours()).as("of 8, 9 and of 9, 20").isCloseTo(0.25, EXACTLY);
        assertThat(use.agreement()).as("every head reads the same").isCloseTo(1, EXACTLY);
        // two of 19 free pages are a tenth: page 9 read twice, another once, of four reads
        assertThat(use.concentration()).isCloseTo(0.75, EXACTLY);
    }

    @Test
    void depthLeavesOutThePagesBeforeTheNewest() {
        PageUse use = PageUse.of(run(List.of(List.of(0, 1, 2, 3, 8, 9, 23), List.of(0, 1, 2, 3, 9, 20, 23))));

        assertThat(use.recent()).as("page 20 is three before the newest").containsExactly(0.0, 0.0, 0.5, 0.0);
        // pages 8 and 9 of 24 are in the fourth tenth, which begins at 7.2
        assertThat(use.byDepth().get(3)).isCloseTo(3 / 4.0, EXACTLY);
        assertThat(use.byDepth().stream().mapToDouble(Double::doubleValue).sum())
                .isCloseTo(use.byDepth().get(3), EXACTLY);
        assertThat(use.byDepth()).as("the sink's tenth has no free page").startsWith(0.0);
    }

    @Test
    void stepsThatRepeatASelectionDoNotCount() {
        RecordedRun run =
                run(List.of(List.of(0, 1, 2, 3, 8, 23), List.of(0, 1, 2, 3, 8, 23), List.of(0, 1, 2, 3, 9, 23)));
        List<StepReads> steps = new ArrayList<>(run.steps());
        StepReads repeated = steps.get(1);
        steps.set(
                1,
                new StepReads(
                        repeated.contextTokens(),
                        repeated.reads().stream()
                                .map(layer -> layer.stream()
                                        .map(read -> new HeadRead(0, read.tokens()))
                                        .toList())
                                .toList()));

        PageUse use = PageUse.of(new RecordedRun(run.model(), run.attention(), run.heads(), steps));

        assertThat(PageUse.of(run).reuse()).isCloseTo(0.5, EXACTLY);
        assertThat(use.reuse()).isZero();
    }

    private static RecordedRun run(List<List<Integer>> pagesPerStep) {
        RecordedRun drawn = Runs.drawn(16 * (PAGES - 1) + 1, pagesPerStep.size());
        assertThat(drawn.attention().hybrid().retrieval().sinkTokens()).isEqualTo(16 * SINK);
        List<StepReads> steps = new ArrayList<>();
        for (List<Integer> pages : pagesPerStep) {
            int context = 16 * (PAGES - 1) + 1 + steps.size();
            int[] read = pages.stream().mapToInt(Integer::intValue).toArray();
            HeadRead head = new HeadRead(PAGES, TokenSet.ofPages(read, 16, context));
            steps.add(new StepReads(context, Collections.nCopies(4, Collections.nCopies(4, head))));
        }
        return new RecordedRun(drawn.model(), drawn.attention(), drawn.heads(), steps);
    }
}

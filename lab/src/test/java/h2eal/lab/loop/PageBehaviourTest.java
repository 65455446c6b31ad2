package h2eal.lab.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.HeadRead;
import h2eal.attention.TokenSet;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageBehaviourTest {

    private static final int PAGE =
            Runs.drawn(64, 1).attention().hybrid().geometry().pageTokens();

    @Test
    void heatAndReuseFollowThePagesRead() {
        // ten pages and a step; every head keeps page 0 and moves on by one page each step
        PageBehaviour behaviour = PageBehaviour.of(run(List.of(List.of(0, 3), List.of(0, 4), List.of(0, 5))));

        assertThat(behaviour.pages()).isEqualTo(10);
        assertThat(behaviour.reuse()).isCloseTo(0.5, within(1e-12));
        assertThat(behaviour.sample().steps()).containsExactly(List.of(0, 3), List.of(0, 4), List.of(0, 5));
    }

    @Test
    void depthAndConcentrationAreSharesOfPageReads() {
        PageBehaviour behaviour = PageBehaviour.of(run(List.of(List.of(0, 3), List.of(0, 4), List.of(0, 5))));
        double third = 1 / 3.0;

        assertThat(behaviour.readByDepth()).containsExactly(1.0, 0.0, 0.0, third, third, third, 0.0, 0.0, 0.0, 0.0);
        assertThat(behaviour.concentration().get(0)).isCloseTo(0.5, within(1e-12));
        assertThat(behaviour.concentration().get(3)).isCloseTo(1, within(1e-12));
        assertThat(behaviour.concentration()).hasSize(10).isSorted();
    }

    private static RecordedRun run(List<List<Integer>> pagesPerStep) {
        RecordedRun drawn = Runs.drawn(9 * PAGE + 1, pagesPerStep.size());
        List<StepReads> steps = new ArrayList<>();
        for (List<Integer> pages : pagesPerStep) {
            int context = 9 * PAGE + 1 + steps.size();
            int[] read = pages.stream().mapToInt(Integer::intValue).toArray();
            HeadRead head = new HeadRead(0, TokenSet.ofPages(read, PAGE, context));
            steps.add(new StepReads(context, Collections.nCopies(4, Collections.nCopies(4, head))));
        }
        return new RecordedRun(drawn.model(), drawn.attention(), drawn.heads(), steps);
    }
}

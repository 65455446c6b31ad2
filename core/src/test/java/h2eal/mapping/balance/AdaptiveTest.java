package h2eal.mapping.balance;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.attention.HeadMap;
import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.HeadWork;
import h2eal.mapping.RealHeads;
import h2eal.mapping.TestAccelerators;
import h2eal.mapping.TileSchedule;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The adaptive balancer on the trained head gates of real models.
class AdaptiveTest {

    static final List<String> MODELS = RealHeads.MODELS;
    private static final String LLAMA_3 = "duo-attention/Llama-3-8B-Instruct-Gradient-1048k";

    @ParameterizedTest
    @FieldSource("MODELS")
    void isWithinFivePercentOfTheBoundInEveryLayerAndTwoInSum(String model) {
        HeadMap map = RealHeads.map(model, 0.5);
        for (int side : List.of(2, 4, 8)) {
            Accelerator accelerator = TestAccelerators.edge(side, side);
            for (int context : List.of(4 << 10, 16 << 10, 64 << 10, 256 << 10)) {
                List<TileSchedule> layers = RealHeads.schedules(Balancers.named("adaptive"), map, context, accelerator);
                String where = "%d tiles, %d tokens".formatted(side * side, context);
                assertThat(layers).as(where).allMatch(schedule -> schedule.gap() < 0.05);
                assertThat(makespan(layers)).as(where).isLessThan(1.02 * bound(layers));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("MODELS")
    void isNeverWorseThanAnyOther(String model) {
        HeadMap map = RealHeads.map(model, 0.5);
        Accelerator accelerator = TestAccelerators.edge(4, 8);
        List<TileSchedule> adaptive = RealHeads.schedules(Balancers.named("adaptive"), map, 32 << 10, accelerator);
        for (String other : Balancers.byName().keySet()) {
            List<TileSchedule> others = RealHeads.schedules(Balancers.named(other), map, 32 << 10, accelerator);
            for (int layer = 0; layer < adaptive.size(); layer++) {
                assertThat(adaptive.get(layer).makespanCycles())
                        .as("layer %d, %s", layer, other)
                        .isLessThanOrEqualTo(others.get(layer).makespanCycles() * (1 + 1e-12));
            }
        }
    }

    @Test
    void keepsTilesBusyWhereWholeHeadsCannot() {
        assertUtilisation(TestAccelerators.edge(4, 4), 0.27, 0.95);
        assertUtilisation(TestAccelerators.edge(4, 8), 0.14, 0.93);
        assertUtilisation(TestAccelerators.edge(8, 8), 0.07, 0.90);
    }

    @Test
    void sequencesOfABatchArePackedTogether() {
        HeadMap map = RealHeads.map(LLAMA_3, 0.5);
        Accelerator accelerator = TestAccelerators.edge(8, 8);
        List<HeadWork> one = RealHeads.works(map, 0, 32 << 10);
        List<HeadWork> four = IntStream.range(0, 4)
                .boxed()
                .flatMap(sequence -> one.stream().map(work -> ofSequence(work, sequence)))
                .toList();
        TileSchedule alone = Balancers.named("adaptive").assign(one, accelerator);
        TileSchedule together = Balancers.named("adaptive").assign(four, accelerator);
        assertThat(together.groups())
                .extracting(HeadGroup::head)
                .containsExactlyElementsOf(four.stream().map(HeadWork::head).toList());
        assertThat(together.makespanCycles()).isLessThan(4 * alone.makespanCycles());
        assertThat(together.utilisation()).isGreaterThan(alone.utilisation());
    }

    private static HeadWork ofSequence(HeadWork work, int sequence) {
        HeadId head = new HeadId(sequence, work.head().kvHead());
        return new HeadWork(head, work.tokens(), work.summaries(), work.refreshInterval(), work.format());
    }

    private static void assertUtilisation(Accelerator accelerator, double wholeHeads, double adaptive) {
        HeadMap map = RealHeads.map(LLAMA_3, 0.5);
        int tiles = accelerator.mesh().tiles();
        List<TileSchedule> whole = RealHeads.schedules(Balancers.named("lpt"), map, 128 << 10, accelerator);
        assertThat(utilisation(whole))
                .as("whole heads on %d tiles", tiles)
                .isBetween(wholeHeads - 0.03, wholeHeads + 0.03);
        List<TileSchedule> split = RealHeads.schedules(Balancers.named("adaptive"), map, 128 << 10, accelerator);
        assertThat(utilisation(split)).as("adaptive on %d tiles", tiles).isGreaterThan(adaptive);
    }

    private static double utilisation(List<TileSchedule> layers) {
        double work = layers.stream()
                .mapToDouble(schedule -> schedule.utilisation() * schedule.makespanCycles())
                .sum();
        return work / makespan(layers);
    }

    private static double makespan(List<TileSchedule> layers) {
        return layers.stream().mapToDouble(TileSchedule::makespanCycles).sum();
    }

    private static double bound(List<TileSchedule> layers) {
        return layers.stream().mapToDouble(TileSchedule::lowerBoundCycles).sum();
    }
}

package h2eal.mapping.balance;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.attention.HeadMap;
import h2eal.hardware.Accelerator;
import h2eal.hardware.Mesh;
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
    private static final List<Mesh> MESHES =
            List.of(new Mesh(2, 2), new Mesh(2, 4), new Mesh(4, 4), new Mesh(4, 8), new Mesh(8, 8));
    private static final String LLAMA_3 = "duo-attention/Llama-3-8B-Instruct-Gradient-1048k";

    /// Every mesh, every context from 4K to 256K, every layer.
    @ParameterizedTest
    @FieldSource("MODELS")
    void isNearTheBoundAndNeverWorseThanAnyOther(String model) {
        HeadMap map = RealHeads.map(model, 0.5);
        for (Mesh mesh : MESHES) {
            Accelerator accelerator = TestAccelerators.edge(mesh.rows(), mesh.columns());
            for (int context = 4 << 10; context <= 256 << 10; context *= 2) {
                List<TileSchedule> layers = RealHeads.schedules(Balancers.named("adaptive"), map, context, accelerator);
                String where = "%s, %d tokens".formatted(mesh, context);
                assertThat(layers).as(where).allMatch(schedule -> schedule.gap() < 0.05);
                assertThat(makespan(layers)).as(where).isLessThan(1.02 * bound(layers));
                assertNoneBetter(layers, map, context, accelerator);
            }
        }
    }

    private static void assertNoneBetter(
            List<TileSchedule> adaptive, HeadMap map, int context, Accelerator accelerator) {
        for (String other : Balancers.byName().keySet()) {
            if (!other.equals("adaptive")) {
                List<TileSchedule> others = RealHeads.schedules(Balancers.named(other), map, context, accelerator);
                for (int layer = 0; layer < adaptive.size(); layer++) {
                    assertThat(adaptive.get(layer).makespanCycles())
                            .as("layer %d, %s, %s, %d tokens", layer, other, accelerator.mesh(), context)
                            .isLessThanOrEqualTo(others.get(layer).makespanCycles() * (1 + 1e-12));
                }
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
        for (int context : List.of(32 << 10, 128 << 10)) {
            String where = "%d tiles, %d tokens".formatted(tiles, context);
            List<TileSchedule> whole = RealHeads.schedules(Balancers.named("lpt"), map, context, accelerator);
            assertThat(utilisation(whole)).as(where).isBetween(wholeHeads - 0.03, wholeHeads + 0.03);
            List<TileSchedule> split = RealHeads.schedules(Balancers.named("adaptive"), map, context, accelerator);
            assertThat(utilisation(split)).as(where).isGreaterThan(adaptive);
        }
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

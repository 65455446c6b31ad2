package h2eal.mapping.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.HeadMap;
import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadWork;
import h2eal.mapping.RealHeads;
import h2eal.mapping.TestAccelerators;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.cost.LayerCost;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerTurnTest {

    private final HeadMap map = RealHeads.map("duo-attention/Llama-3-8B-Instruct-Gradient-1048k", 0.5);

    @Test
    void keepsTheMakespan() {
        for (Accelerator accelerator : List.of(TestAccelerators.edge(4, 4), TestAccelerators.edge(2, 8))) {
            for (int layer = 0; layer < 8; layer++) {
                List<HeadWork> works = RealHeads.works(map, layer, 32 << 10);
                TileSchedule turned = LayerTurn.turned(
                        Balancers.named("adaptive").assign(works, accelerator), accelerator.mesh(), layer);
                TileSchedule judged = LayerCost.of(works, accelerator).schedule(turned.groups(), turned.scoring());
                assertThat(judged.makespanCycles()).isCloseTo(turned.makespanCycles(), within(1e-6));
            }
        }
    }

    @Test
    void spreadsTheCacheOverTheTiles() {
        Accelerator accelerator = TestAccelerators.edge(8, 8);
        assertThat(fullestOverMean(accelerator, "adaptive", true))
                .isLessThan(1.2)
                .isLessThanOrEqualTo(fullestOverMean(accelerator, "adaptive", false));
        assertThat(fullestOverMean(accelerator, "head-per-tile", true))
                .isLessThan(fullestOverMean(accelerator, "head-per-tile", false) / 2);
    }

    /// Stored tokens of the fullest tile over the mean, in units of a retrieval head's cache, all layers.
    private double fullestOverMean(Accelerator accelerator, String balancer, boolean turn) {
        double[] stored = new double[accelerator.mesh().tiles()];
        for (int layer = 0; layer < map.layers(); layer++) {
            TileSchedule schedule =
                    Balancers.named(balancer).assign(RealHeads.works(map, layer, 128 << 10), accelerator);
            TileSchedule placed = turn ? LayerTurn.turned(schedule, accelerator.mesh(), layer) : schedule;
            for (HeadGroup group : placed.groups()) {
                if (map.isRetrieval(layer, group.head().kvHead())) {
                    for (int i = 0; i < group.tiles().size(); i++) {
                        stored[group.tiles().get(i)] += group.shares().get(i);
                    }
                }
            }
        }
        return Arrays.stream(stored).max().orElseThrow()
                / Arrays.stream(stored).average().orElseThrow();
    }
}

package h2eal.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.HeadPattern;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.mapping.balance.Balancers;
import h2eal.mapping.placement.Placements;
import h2eal.model.Precision;
import h2eal.partial.ExactAttention;
import h2eal.partial.Partial;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Parallel tiled attention as it is mapped: every tile attends the tokens that the layout gives it, and the partials
/// are merged along the binomial tree of the group. The result is that of one unsplit pass, for every balancer and
/// placement.
class TiledAttentionTest {

    private static final int HEAD_SIZE = 16;
    private static final int CONTEXT = 500;
    private static final KvFormat FORMAT = new KvFormat(HEAD_SIZE, 2, Precision.F16, new PageGeometry(64, 16));
    private static final HeadId HEAD = new HeadId(0, 0);

    @Test
    void equalsUnsplitAttentionForEveryBalancerAndPlacement() {
        Random random = new Random(7);
        Accelerator accelerator = TestAccelerators.silicon(2, 3);
        ExactAttention attention = new ExactAttention(gaussian(random, CONTEXT), gaussian(random, CONTEXT), HEAD_SIZE);
        float[] query = gaussian(random, 1);
        TokenSet tokens = TokenSet.ofPages(new int[] {0, 2, 3, 5, 7}, 64, CONTEXT);
        HeadWork work = new HeadWork(HEAD, tokens.size(), 32, 4, FORMAT);
        HeadWork other = new HeadWork(new HeadId(0, 1), 100, 0, 4, FORMAT);
        double[] unsplit = attention.attend(query, 0, tokens).output();
        for (Balancer balancer : Balancers.byName().values()) {
            TileSchedule schedule = balancer.assign(List.of(work, other), accelerator);
            HeadGroup group = schedule.groups().getFirst();
            for (Placement placement : Placements.byName().values()) {
                KvLayout layout = placement.place(plan(group), accelerator);
                Partial merged = merge(partials(layout, attention, query, tokens, accelerator));
                assertThat(merged.output()).containsExactly(unsplit, within(1e-12));
            }
        }
    }

    private static CachePlan plan(HeadGroup group) {
        StoredHead stored = new StoredHead(group, group, new HeadPattern.Retrieval(320));
        return new CachePlan(FORMAT, List.of(CONTEXT), List.of(List.of(stored)), 0);
    }

    private static Partial[] partials(
            KvLayout layout, ExactAttention attention, float[] query, TokenSet tokens, Accelerator accelerator) {
        BitSet[] ofTile = new BitSet[accelerator.mesh().tiles()];
        Arrays.setAll(ofTile, tile -> new BitSet());
        layout.readTokens(0, HEAD, tokens, (tile, bank, row, column, bytes) -> {
            for (int at = 0; at < bytes; at += FORMAT.keyBytes()) {
                ofTile[tile].set(layout.at(tile, bank, row, column + at, CONTEXT)
                        .orElseThrow()
                        .index());
            }
        });
        return Arrays.stream(ofTile)
                .map(held -> held.stream()
                        .mapToObj(token -> attention.attend(query, 0, TokenSet.range(token, token + 1)))
                        .reduce(Partial.empty(HEAD_SIZE), Partial::merge))
                .toArray(Partial[]::new);
    }

    private static Partial merge(Partial[] partials) {
        for (int distance = 1; distance < partials.length; distance *= 2) {
            for (int i = distance; i < partials.length; i += 2 * distance) {
                partials[i - distance] = partials[i - distance].merge(partials[i]);
            }
        }
        return partials[0];
    }

    private static float[] gaussian(Random random, int rows) {
        float[] numbers = new float[rows * HEAD_SIZE];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}

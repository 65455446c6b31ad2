package h2eal.mapping.crowding;

import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvLayout;
import h2eal.workload.ScoreFilter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Bank-balanced selection for one sequence of a placed cache: lowers the scores of the pages that would crowd, so that
/// the ordinary policy selects a balanced set.
///
/// @param sequence the sequence of the batch
/// @param slack how far above its share a bank may go
public record BankBalance(
        KvLayout layout, Accelerator accelerator, HybridAttention attention, int sequence, double slack)
        implements ScoreFilter {

    @Override
    public float[] filter(int layer, int kvHead, int contextTokens, float[] scores) {
        PageGeometry geometry = attention.geometry();
        PageLoads loads =
                PageLoads.of(layout, layer, new HeadId(sequence, kvHead), geometry, contextTokens, accelerator);
        int pages = loads.pages();
        HeadPattern.Retrieval retrieval = attention.retrieval();
        int budget = retrieval.budgetPages(geometry, contextTokens);
        int sink = retrieval.sinkPages(geometry, contextTokens);
        List<Integer> forced = Stream.concat(IntStream.range(0, sink).boxed(), Stream.of(pages - 1))
                .toList();
        float[] filtered = new float[scores.length];
        Arrays.fill(filtered, Float.NEGATIVE_INFINITY);
        for (int row = 0; row < scores.length / pages; row++) {
            int first = row * pages;
            float[] ofRow = Arrays.copyOfRange(scores, first, first + pages);
            new BalancedPages(slack)
                    .select(ofRow, forced, budget, loads)
                    .forEach(page -> filtered[first + page] = ofRow[page]);
        }
        return filtered;
    }
}

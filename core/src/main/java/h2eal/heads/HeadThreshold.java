package h2eal.heads;

import h2eal.attention.HeadMap;
import java.util.Arrays;

/// A cut through the gates of a model, as DuoAttention and LServe make it: heads at or above it are retrieval heads.
///
/// Trained gates have few distinct values, so many may be equal to the cut; [CombinedRule] decides between those.
///
/// @param gate the cut
/// @param above heads with a gate above the cut
/// @param atOrAbove heads with a gate at or above it
public record HeadThreshold(double gate, int above, int atOrAbove) {

    /// The cut at the k-th largest gate, k = round((1 - share) * heads), with gates clipped to 0..1.
    ///
    /// @param streamingShare share of the heads meant to stream, 0 to below 1 such that k is at least 1
    public static HeadThreshold kthLargest(HeadTable gates, double streamingShare) {
        int count = CombinedRule.retrievalHeads(gates.size(), streamingShare);
        if (count == 0) {
            throw new IllegalArgumentException("no head is left at a streaming share of " + streamingShare);
        }
        double[] sorted = sorted(gates);
        return at(sorted, sorted[sorted.length - count]);
    }

    /// The cut at the quantile `streamingShare` of the gates, linearly interpolated between neighbours, with gates
    /// clipped to 0..1 (the original's rule without its noise).
    public static HeadThreshold quantile(HeadTable gates, double streamingShare) {
        if (!(streamingShare >= 0 && streamingShare <= 1) || gates.size() == 0) {
            throw new IllegalArgumentException("a quantile needs a share from 0 to 1 and gates: " + streamingShare);
        }
        double[] sorted = sorted(gates);
        double at = streamingShare * (sorted.length - 1);
        int below = (int) at;
        int next = Math.min(below + 1, sorted.length - 1);
        return at(sorted, sorted[below] + (at - below) * (sorted[next] - sorted[below]));
    }

    /// The heads at or above the cut as retrieval heads.
    public HeadMap map(HeadTable gates) {
        HeadTable clipped = gates.clipped();
        boolean[][] retrieval = new boolean[gates.layers()][gates.heads()];
        for (int layer = 0; layer < retrieval.length; layer++) {
            for (int head = 0; head < retrieval[layer].length; head++) {
                retrieval[layer][head] = clipped.value(layer, head) >= gate;
            }
        }
        return HeadMap.of(retrieval);
    }

    private static double[] sorted(HeadTable gates) {
        double[] sorted = gates.clipped().values();
        Arrays.sort(sorted);
        return sorted;
    }

    private static HeadThreshold at(double[] gates, double gate) {
        int above = (int) Arrays.stream(gates).filter(value -> value > gate).count();
        int atOrAbove =
                (int) Arrays.stream(gates).filter(value -> value >= gate).count();
        return new HeadThreshold(gate, above, atOrAbove);
    }
}

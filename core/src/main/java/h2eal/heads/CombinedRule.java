package h2eal.heads;

import h2eal.attention.HeadMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A deterministic choice of exactly round((1 - share) * heads) retrieval heads, in this order:
///
/// 1. the `forcedHeads` heads of the highest copy score, whatever their gate, if it is above zero: a head that never
///    copied is no copy head;
/// 2. the highest gate;
/// 3. among equal gates, the layer with the fewest retrieval heads so far, which spreads the load over layers;
/// 4. the higher copy score;
/// 5. the lower layer, then the lower head.
///
/// Gates saturate at 1 and come in steps of 1/256, so ties are the rule at high shares, where the original adds noise.
///
/// @param forcedHeads heads of the highest copy score that are retrieval heads in any case
public record CombinedRule(int forcedHeads) {

    /// Forces the 20 strongest copy heads, as many as made a difference in models of 256 to 1024 KV heads.
    public static final CombinedRule DEFAULT = new CombinedRule(20);

    private static final int LEAST_HEADS_OF_DEFAULT = 256;

    public CombinedRule {
        if (forcedHeads < 0) {
            throw new IllegalArgumentException("forcedHeads must not be negative: " + forcedHeads);
        }
    }

    /// The usual rule for a model of so many KV heads: [#DEFAULT] from 256 on, below that the same part of them,
    /// rounded up. 2 of 16.
    public static CombinedRule usual(int heads) {
        return heads >= LEAST_HEADS_OF_DEFAULT
                ? DEFAULT
                : new CombinedRule(Math.ceilDiv(heads * DEFAULT.forcedHeads, LEAST_HEADS_OF_DEFAULT));
    }

    /// Number of retrieval heads at a streaming share: round((1 - share) * heads).
    public static int retrievalHeads(int heads, double streamingShare) {
        if (!(streamingShare >= 0 && streamingShare <= 1)) {
            throw new IllegalArgumentException("the streaming share must be from 0 to 1: " + streamingShare);
        }
        return (int) Math.round((1 - streamingShare) * heads);
    }

    /// Chooses by gates alone: nothing is forced, and equal gates in layers of equal load go to the lower head.
    public static HeadMap byGates(HeadTable gates, double streamingShare) {
        HeadTable noScores = HeadTable.of(new double[gates.layers()][gates.heads()]);
        return new CombinedRule(0).map(gates, noScores, streamingShare);
    }

    /// Chooses the retrieval heads.
    ///
    /// @param gates one gate per KV head, clipped here
    /// @param copyScores one copy score per KV head
    /// @param streamingShare share of the heads that stream, 0 to 1
    public HeadMap map(HeadTable gates, HeadTable copyScores, double streamingShare) {
        if (copyScores.layers() != gates.layers() || copyScores.heads() != gates.heads()) {
            throw new IllegalArgumentException("gates are of %d x %d heads, copy scores of %d x %d"
                    .formatted(gates.layers(), gates.heads(), copyScores.layers(), copyScores.heads()));
        }
        int count = retrievalHeads(gates.size(), streamingShare);
        List<Head> heads = heads(gates.clipped(), copyScores);
        heads.sort(Comparator.comparingDouble(Head::copyScore).reversed());
        List<Head> chosen = new ArrayList<>(heads.stream()
                .filter(head -> head.copyScore > 0)
                .limit(Math.min(forcedHeads, count))
                .toList());
        heads.removeAll(chosen);
        int[] load = new int[gates.layers()];
        chosen.forEach(head -> load[head.layer]++);
        Comparator<Head> order = order(load);
        while (chosen.size() < count) {
            // Every choice changes a layer's load and with it the order, so the list cannot be sorted once.
            Head best = heads.stream().min(order).orElseThrow();
            heads.remove(best);
            chosen.add(best);
            load[best.layer]++;
        }
        boolean[][] retrieval = new boolean[gates.layers()][gates.heads()];
        chosen.forEach(head -> retrieval[head.layer][head.head] = true);
        return HeadMap.of(retrieval);
    }

    private static Comparator<Head> order(int[] load) {
        return Comparator.comparingDouble(Head::gate)
                .reversed()
                .thenComparingInt(head -> load[head.layer])
                .thenComparing(Comparator.comparingDouble(Head::copyScore).reversed())
                .thenComparingInt(Head::layer)
                .thenComparingInt(Head::head);
    }

    private static List<Head> heads(HeadTable gates, HeadTable copyScores) {
        List<Head> heads = new ArrayList<>(gates.size());
        for (int layer = 0; layer < gates.layers(); layer++) {
            for (int head = 0; head < gates.heads(); head++) {
                heads.add(new Head(layer, head, gates.value(layer, head), copyScores.value(layer, head)));
            }
        }
        return heads;
    }

    private record Head(int layer, int head, double gate, double copyScore) {}
}

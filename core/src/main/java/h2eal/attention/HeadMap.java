package h2eal.attention;

import java.util.Arrays;
import java.util.BitSet;

/// Which KV heads of a model are retrieval heads; all others are streaming heads.
public final class HeadMap {

    private final int layers;
    private final int kvHeads;
    private final BitSet retrieval;
    /// One factor per head, layer by layer; empty if all are 1.
    private final double[] budgetFactors;

    private HeadMap(int layers, int kvHeads, BitSet retrieval) {
        this(layers, kvHeads, retrieval, new double[0]);
    }

    private HeadMap(int layers, int kvHeads, BitSet retrieval, double[] budgetFactors) {
        this.layers = layers;
        this.kvHeads = kvHeads;
        this.retrieval = retrieval;
        this.budgetFactors = budgetFactors;
    }

    /// A map from one row per layer and one flag per KV head, true for retrieval.
    public static HeadMap of(boolean[][] retrieval) {
        int kvHeads = retrieval.length == 0 ? 0 : retrieval[0].length;
        BitSet bits = new BitSet(retrieval.length * kvHeads);
        for (int layer = 0; layer < retrieval.length; layer++) {
            if (retrieval[layer].length != kvHeads) {
                throw new IllegalArgumentException(
                        "layer %d has %d KV heads, layer 0 has %d".formatted(layer, retrieval[layer].length, kvHeads));
            }
            for (int head = 0; head < kvHeads; head++) {
                bits.set(layer * kvHeads + head, retrieval[layer][head]);
            }
        }
        return new HeadMap(retrieval.length, kvHeads, bits);
    }

    /// A map in which every head is a retrieval head.
    public static HeadMap allRetrieval(int layers, int kvHeads) {
        BitSet bits = new BitSet(layers * kvHeads);
        bits.set(0, layers * kvHeads);
        return new HeadMap(layers, kvHeads, bits);
    }

    public int layers() {
        return layers;
    }

    public int kvHeads() {
        return kvHeads;
    }

    /// Whether a head is a retrieval head.
    public boolean isRetrieval(int layer, int kvHead) {
        return retrieval.get(layer * kvHeads + kvHead);
    }

    /// Number of retrieval heads of the whole model.
    public int retrievalHeads() {
        return retrieval.cardinality();
    }

    /// Number of retrieval heads of one layer.
    public int retrievalHeads(int layer) {
        return retrieval.get(layer * kvHeads, (layer + 1) * kvHeads).cardinality();
    }

    /// This map with budgets that differ from head to head.
    ///
    /// @param factors what the budget of each head is multiplied by, one row per layer, above 0; those of streaming
    /// heads do not matter
    public HeadMap withBudgetFactors(double[][] factors) {
        double[] flat = Arrays.stream(factors).flatMapToDouble(Arrays::stream).toArray();
        if (flat.length != layers * kvHeads || Arrays.stream(flat).anyMatch(factor -> !(factor > 0))) {
            throw new IllegalArgumentException("%d x %d heads need as many factors above 0".formatted(layers, kvHeads));
        }
        return new HeadMap(layers, kvHeads, retrieval, flat);
    }

    /// What a retrieval head's budget is multiplied by; 1 unless heads differ.
    public double budgetFactor(int layer, int kvHead) {
        return budgetFactors.length == 0 ? 1 : budgetFactors[layer * kvHeads + kvHead];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeadMap that
                && layers == that.layers
                && kvHeads == that.kvHeads
                && retrieval.equals(that.retrieval)
                && Arrays.equals(budgetFactors, that.budgetFactors);
    }

    @Override
    public int hashCode() {
        return retrieval.hashCode();
    }

    /// All that makes two maps equal: R for retrieval and S for streaming heads, a word per layer, then the budget
    /// factors if heads differ.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int head = 0; head < layers * kvHeads; head++) {
            text.append(head > 0 && head % kvHeads == 0 ? " " : "").append(retrieval.get(head) ? 'R' : 'S');
        }
        return budgetFactors.length == 0 ? text.toString() : text + " " + Arrays.toString(budgetFactors);
    }
}

package h2eal.attention;

import java.util.BitSet;

/// Which KV heads of a model are retrieval heads; all others are streaming heads.
public final class HeadMap {

    private final int layers;
    private final int kvHeads;
    private final BitSet retrieval;

    private HeadMap(int layers, int kvHeads, BitSet retrieval) {
        this.layers = layers;
        this.kvHeads = kvHeads;
        this.retrieval = retrieval;
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

    @Override
    public boolean equals(Object other) {
        return other instanceof HeadMap that
                && layers == that.layers
                && kvHeads == that.kvHeads
                && retrieval.equals(that.retrieval);
    }

    @Override
    public int hashCode() {
        return retrieval.hashCode();
    }
}

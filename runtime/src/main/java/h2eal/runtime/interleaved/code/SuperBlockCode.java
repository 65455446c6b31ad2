package h2eal.runtime.interleaved.code;

/// Codes of K-quants: blocks of 256 weights, each rewritten by itself.
interface SuperBlockCode extends BlockCode {

    @Override
    default int blockWeights() {
        return 256;
    }

    @Override
    default int together() {
        return blockWeights();
    }
}

package h2eal.lab.profile;

import h2eal.heads.HeadTable;
import h2eal.model.ModelShape;

/// How every query head behaves on probes that need no training; one table of layers by query heads each.
///
/// @param copy share of copied tokens whose source the head looked at most while they were generated (Wu et al.,
///     Retrieval Head, arXiv 2404.15574)
/// @param echo attention to earlier copies of the current token, on repeated random tokens (RazorAttention,
///     arXiv 2407.15891)
/// @param induction attention to the tokens that followed earlier copies of the current token, on the same
/// @param farMass attention outside sink and window while a planted fact is recalled
/// @param reach mean distance looked back, as a share of the context, in the same steps
public record HeadBehaviour(HeadTable copy, HeadTable echo, HeadTable induction, HeadTable farMass, HeadTable reach) {

    /// Share of a gate that comes from looking up single far tokens; the rest is the far mass.
    private static final double LOOK_UP = 0.9;

    /// One gate per KV head, 0 to 1, for the combined rule. A head that looks up single tokens far back - copied ones
    /// while a fact is recalled, or the continuation of a repeated pattern - cannot stream. Attention that is merely
    /// spread over the far past can be cut with little harm, so its mass only orders heads that look up equally much.
    /// A KV head is as needy as its neediest query head.
    public HeadTable gates(ModelShape shape) {
        HeadTable copied = copy.groupMax(shape.groupSize());
        HeadTable induced = induction.groupMax(shape.groupSize());
        HeadTable far = farMass.groupMax(shape.groupSize());
        double[][] gates = new double[shape.layers()][shape.kvHeads()];
        for (int layer = 0; layer < gates.length; layer++) {
            for (int head = 0; head < gates[layer].length; head++) {
                double lookUp = Math.max(copied.value(layer, head), induced.value(layer, head));
                gates[layer][head] = LOOK_UP * lookUp + (1 - LOOK_UP) * far.value(layer, head);
            }
        }
        return HeadTable.of(gates);
    }
}

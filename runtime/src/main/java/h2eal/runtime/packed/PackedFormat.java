package h2eal.runtime.packed;

/// A block format whose rows are multiplied as they lie packed in memory. A vector holds ints of packed bytes, so that
/// one mask gives as many weights as a vector has lanes, each still at its place in the int; inputs are laid out in the
/// order that this gives, and divided by the power of two that the place stands for.
interface PackedFormat {

    /// Weights that are multiplied together: a block, or several small ones.
    int blockWeights();

    /// Bytes of so many weights.
    int blockBytes();

    /// Lays out the inputs of one block at `x[at]`, and sums of them, at `inputs[inputsAt]`: [#inputNumbers()] numbers.
    void arrange(float[] x, int at, float[] inputs, int inputsAt);

    /// Numbers of the inputs of one block as [#arrange] lays them out.
    int inputNumbers();

    /// Adds the products of one block per row to the sums of the rows.
    ///
    /// @param at byte where the block of the first row begins
    /// @param inputsAt where the block's inputs begin
    void add(PackedRows rows, long at, int inputsAt);
}

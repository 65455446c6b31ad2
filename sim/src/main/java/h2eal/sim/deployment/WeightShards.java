package h2eal.sim.deployment;

import h2eal.hardware.Accelerator;
import h2eal.model.ModelShape;
import h2eal.model.Precision;

/// How the weights are sharded: every matrix over all tiles, evenly, and over the banks of a tile, so that all banks
/// stream in lock step and one of them stands for all. The projections and the output matrix are split by outputs, the
/// down projection by inputs: its partial sums are reduced. Weights fill every bank from row 0.
///
/// @param qkvBytes query, key and value projections of one layer, in the fullest bank
/// @param outputBytes output projection of one layer
/// @param gateUpBytes gate and up projections of one expert
/// @param downBytes down projection of one expert
/// @param headBytes output matrix
/// @param embeddingBytes embedding, 0 when it is the output matrix
public record WeightShards(
        ModelShape model,
        long qkvBytes,
        long outputBytes,
        long gateUpBytes,
        long downBytes,
        long headBytes,
        long embeddingBytes) {

    /// The shards of a model whose weights are stored as `precision`.
    public static WeightShards of(ModelShape model, Precision precision, Accelerator accelerator) {
        long headSize = model.headSize();
        long qkvOutputs = (model.queryHeads() + 2L * model.kvHeads()) * headSize;
        Sharding sharding = new Sharding(precision, accelerator);
        long head = sharding.bytesPerBank(model.vocabulary(), model.width());
        return new WeightShards(
                model,
                sharding.bytesPerBank(qkvOutputs, model.width()),
                sharding.bytesPerBank(model.width(), model.queryHeads() * headSize),
                sharding.bytesPerBank(model.ffnWidth(), 2L * model.width()),
                sharding.bytesPerBank(model.ffnWidth(), model.width()),
                head,
                model.tiedOutput() ? 0 : head);
    }

    /// Bytes of one layer in one bank, all experts.
    public long layerBytes() {
        return qkvBytes + outputBytes + model.experts() * (gateUpBytes + downBytes);
    }

    /// Bytes of all weights in one bank.
    public long bankBytes() {
        return model.layers() * layerBytes() + headBytes + embeddingBytes;
    }

    /// Rows that the weights take in every bank: the first row a KV cache may use.
    public int rowsPerBank(int rowBytes) {
        return Math.toIntExact(Math.ceilDiv(bankBytes(), (long) rowBytes));
    }

    private record Sharding(Precision precision, Accelerator accelerator) {

        /// Bytes of the fullest bank, whole bursts, of a matrix of `units` rows split over the tiles.
        long bytesPerBank(long units, long numbersPerUnit) {
            long tileUnits = Math.ceilDiv(units, (long) accelerator.mesh().tiles());
            long tileBytes = precision.bytes(tileUnits * numbersPerUnit);
            int burst = accelerator.bank().burstBytes();
            return Math.ceilDiv(
                            Math.ceilDiv(tileBytes, (long) accelerator.tile().banks()), (long) burst)
                    * burst;
        }
    }
}

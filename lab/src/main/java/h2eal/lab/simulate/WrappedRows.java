package h2eal.lab.simulate;

import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.mapping.CacheEntry;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvLayout;
import h2eal.mapping.RowVisitor;
import java.util.Optional;

/// A layout that needs more rows than a bank has, on the rows there are: those beyond the last start over at the first.
/// What a step costs hardly depends on which rows it opens, so that a model that does not fit can be simulated all the
/// same; it is reported not to fit, as [#bytesUsed] says what is needed.
///
/// @param layout where everything would lie
/// @param rows rows of a bank
record WrappedRows(KvLayout layout, int rows) implements KvLayout {

    /// `layout` itself where it fits.
    static KvLayout of(KvLayout layout, Accelerator accelerator, int firstRow) {
        long free = (accelerator.bank().rows() - firstRow) * accelerator.bank().rowBytes();
        for (int tile = 0; tile < accelerator.mesh().tiles(); tile++) {
            for (int bank = 0; bank < accelerator.tile().banks(); bank++) {
                if (layout.bytesUsed(tile, bank) > free) {
                    return new WrappedRows(
                            layout, Math.toIntExact(accelerator.bank().rows()));
                }
            }
        }
        return layout;
    }

    @Override
    public void readTokens(int layer, HeadId head, TokenSet tokens, RowVisitor visitor) {
        layout.readTokens(layer, head, tokens, wrapped(visitor));
    }

    @Override
    public void readSummaries(int layer, HeadId head, int summaries, RowVisitor visitor) {
        layout.readSummaries(layer, head, summaries, wrapped(visitor));
    }

    @Override
    public void append(int layer, HeadId head, int token, RowVisitor visitor) {
        layout.append(layer, head, token, wrapped(visitor));
    }

    /// What would lie in `row`, which may be beyond the last.
    @Override
    public Optional<CacheEntry> at(int tile, int bank, int row, int column, int contextTokens) {
        return layout.at(tile, bank, row, column, contextTokens);
    }

    @Override
    public long bytesUsed(int tile, int bank) {
        return layout.bytesUsed(tile, bank);
    }

    private RowVisitor wrapped(RowVisitor visitor) {
        return (tile, bank, row, column, bytes) -> visitor.visit(tile, bank, row % rows, column, bytes);
    }
}

package h2eal.runtime.page;

import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.kernel.ScalarKernels;
import h2eal.runtime.kernel.VectorKernels;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Attention over one page of one KV head at a time, for all query rows that share it, and scores of key summaries.
///
/// Twins compute the same within rounding. A row's result does not depend on which other rows are active.
public sealed interface PageKernels permits ScalarPageKernels, VectorPageKernels, NativePageKernels {

    /// The twin that goes with `kernels`.
    static PageKernels of(Kernels kernels) {
        return switch (kernels) {
            case ScalarKernels scalar -> new ScalarPageKernels();
            case VectorKernels vector -> NativePageKernels.areOn() ? new NativePageKernels() : new VectorPageKernels();
        };
    }

    /// Scratch for at most `capacity` query rows over pages of `layout`.
    default QueryRows rows(PageLayout layout, int capacity) {
        return rows(layout, capacity, 0);
    }

    /// Scratch for rows whose scaled scores are bent to `scoreCap * tanh(score / scoreCap)` (Gemma 2); 0 leaves them.
    QueryRows rows(PageLayout layout, int capacity, float scoreCap);

    /// Lets the active rows attend to slots `fromSlot..toSlot` of the page at `pageAt`: scores, online softmax, and
    /// accumulation of values, in one pass over K and one over V.
    void attend(MemorySegment memory, long pageAt, int fromSlot, int toSlot, QueryRows rows);

    /// Writes the numbers of the page at `pageAt` to the start of `target`, as a page of `wide`: for many rows that
    /// would each unpack them again.
    ///
    /// @param wide a layout of F32 numbers, else as `layout`
    default void unpack(PageLayout layout, MemorySegment memory, long pageAt, PageLayout wide, MemorySegment target) {
        float[] key = new float[layout.headSize()];
        float[] value = new float[layout.headSize()];
        for (int slot = 0; slot < layout.pageTokens(); slot++) {
            for (int i = 0; i < key.length; i++) {
                key[i] = layout.key(memory, pageAt, slot, i);
                value[i] = layout.value(memory, pageAt, slot, i);
            }
            wide.store(target, 0, slot, key, value, 0);
        }
    }

    /// Lets the active rows attend to the next `count` pages that they [expect][QueryRows#expect], as [#attend] would
    /// one after the other. A twin may fetch those behind them too.
    ///
    /// @throws IndexOutOfBoundsException if fewer are expected
    default void attendExpected(int count, QueryRows rows) {
        int first = rows.attendedPages;
        Objects.checkFromIndexSize(first, count, rows.expectedPages);
        for (int page = first; page < first + count; page++) {
            MemorySegment memory = rows.memories[page];
            long pageAt = rows.addresses[page] - memory.address();
            attend(memory, pageAt, rows.slots[2 * page], rows.slots[2 * page + 1], rows);
        }
        rows.attended(count);
    }

    /// Scores the summaries of one block for the active rows, which are prepared for it, unscaled, into `scores[row *
    /// BLOCK + lane]`: `sum of max(q * min, q * max)` for a box, `q * mean + sqrt(sum of q^2 * variance)` for a spread.
    void score(SummaryLayout layout, MemorySegment memory, long blockAt, QueryRows rows, float[] scores);
}

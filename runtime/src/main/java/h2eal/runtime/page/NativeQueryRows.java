package h2eal.runtime.page;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Query rows as C sees them, see `attention.c`.
final class NativeQueryRows extends QueryRows {

    /// Bytes before the digits of `struct rounded`.
    private static final int ROUNDED_HEAD = 16;

    /// `struct shape`.
    final MemorySegment shape;
    /// Queries in bytes, row by row; empty where pages are not.
    final MemorySegment rounded;
    final MemorySegment addressesOfKernel = MemorySegment.ofArray(addresses);
    final MemorySegment slotsOfKernel = MemorySegment.ofArray(slots);
    final MemorySegment queriesOfKernel = MemorySegment.ofArray(scaled);
    final MemorySegment maxOfKernel = MemorySegment.ofArray(max);
    final MemorySegment sumsOfKernel = MemorySegment.ofArray(sums);
    final MemorySegment outOfKernel = MemorySegment.ofArray(out);
    final MemorySegment weightsOfKernel = MemorySegment.ofArray(weights);
    private final MemorySegment[] queryOfRow;
    private final MemorySegment[] roundedOfRow;
    /// Whether the row's query has been rounded since it was loaded.
    private final boolean[] isRounded;

    NativeQueryRows(PageLayout layout, int capacity, float scoreCap) {
        super(layout, capacity, scoreCap, layout.type().pairFactor());
        Arena arena = Arena.ofAuto();
        int[] numbers = {
            layout.type().ordinal(),
            layout.headSize(),
            layout.pageTokens(),
            layout.keyStride(),
            layout.valueStride(),
            Float.floatToRawIntBits(scoreCap),
            Float.floatToRawIntBits(weightFactor),
            Math.toIntExact(layout.keyScalesAt()),
            Math.toIntExact(layout.valuesAt()),
            Math.toIntExact(layout.valueScalesAt())
        };
        shape = arena.allocateFrom(ValueLayout.JAVA_INT, numbers);
        int rows = layout.type() == KvType.Q8 ? capacity : 0;
        long bytes = ROUNDED_HEAD + 2 * Math.ceilDiv(layout.headSize(), 16) * 16L;
        rounded = arena.allocate(rows * bytes, PageLayout.ALIGNMENT);
        isRounded = new boolean[capacity];
        queryOfRow = new MemorySegment[rows];
        roundedOfRow = new MemorySegment[rows];
        Arrays.setAll(queryOfRow, row -> queriesOfKernel.asSlice((long) row * layout.headSize() * Float.BYTES));
        Arrays.setAll(roundedOfRow, row -> rounded.asSlice(row * bytes, bytes));
    }

    @Override
    public void load(int row, float[] source, int at) {
        super.load(row, source, at);
        isRounded[row] = false;
    }

    /// Rounds the queries of active rows that have not been.
    void round() {
        if (layout.type() != KvType.Q8) {
            return;
        }
        for (int row = first; row < last; row++) {
            if (!isRounded[row]) {
                NativePageKernels.round(shape, queryOfRow[row], roundedOfRow[row]);
                isRounded[row] = true;
            }
        }
    }
}

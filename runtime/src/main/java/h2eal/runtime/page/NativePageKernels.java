package h2eal.runtime.page;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import h2eal.runtime.foreign.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;

/// Attention in C, see `attention.c`; the rest as [VectorPageKernels]. While one page is read, those that are expected
/// next are fetched. Pages of Q8 and Q4 are multiplied as bytes, with queries rounded to 15 bits and weights to 16.
public final class NativePageKernels implements PageKernels {

    /// Absent where native kernels are not to be had. Not an `Optional`: the compiler inlines constants only.
    private static final MethodHandle ATTEND = NativeLibrary.find(
                    "h2eal_attend",
                    FunctionDescriptor.ofVoid(
                            ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS,
                            ADDRESS, ADDRESS, ADDRESS, ADDRESS))
            .orElse(null);

    private static final MethodHandle ROUND = NativeLibrary.find(
                    "h2eal_round", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS))
            .orElse(null);

    private final VectorPageKernels vectors = new VectorPageKernels();

    /// Whether these can be used.
    static boolean areOn() {
        return ATTEND != null;
    }

    @Override
    public QueryRows rows(PageLayout layout, int capacity, float scoreCap) {
        return new Rows(layout, capacity, scoreCap);
    }

    /// For many rows, which meet the page in the cache: Java is as fast then, but for bytes.
    @Override
    public void attend(MemorySegment memory, long pageAt, int fromSlot, int toSlot, QueryRows rows) {
        if (rows.layout.type().isScaled()) {
            if (rows.expectedPages > 0) {
                throw new IllegalStateException("%d pages are expected before this one".formatted(rows.expectedPages));
            }
            rows.expect(memory, pageAt, fromSlot, toSlot);
            attendExpected(1, rows);
        } else {
            vectors.attend(memory, pageAt, fromSlot, toSlot, rows);
        }
        Reference.reachabilityFence(memory);
    }

    @Override
    public void attendExpected(int count, QueryRows rows) {
        int first = rows.attendedPages;
        Objects.checkFromIndexSize(first, count, rows.expectedPages);
        Rows own = (Rows) rows;
        own.round();
        try {
            ATTEND.invokeExact(
                    own.shape,
                    own.addressesOfKernel,
                    own.slotsOfKernel,
                    first,
                    first + count,
                    rows.expectedPages,
                    rows.first,
                    rows.last,
                    own.queriesOfKernel,
                    own.rounded,
                    own.maxOfKernel,
                    own.sumsOfKernel,
                    own.outOfKernel);
        } catch (Throwable failure) {
            throw new IllegalStateException("native attention failed", failure);
        }
        rows.attended(count);
    }

    /// Rounds `query` to what pages of Q8 and Q4 are multiplied with.
    static void round(MemorySegment shape, MemorySegment query, MemorySegment target) {
        try {
            ROUND.invokeExact(shape, query, target);
        } catch (Throwable failure) {
            throw new IllegalStateException("rounding of queries failed", failure);
        }
    }

    @Override
    public void unpack(PageLayout layout, MemorySegment memory, long pageAt, PageLayout wide, MemorySegment target) {
        vectors.unpack(layout, memory, pageAt, wide, target);
    }

    @Override
    public void score(SummaryLayout layout, MemorySegment memory, long blockAt, QueryRows rows, float[] scores) {
        vectors.score(layout, memory, blockAt, rows, scores);
    }

    /// Query rows as C sees them.
    static final class Rows extends QueryRows {

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
        private final MemorySegment[] queryOfRow;
        private final MemorySegment[] roundedOfRow;
        /// Whether the row's query has been rounded since it was loaded.
        private final boolean[] isRounded;

        Rows(PageLayout layout, int capacity, float scoreCap) {
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
            int rows = layout.type().isScaled() ? capacity : 0;
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
            if (!layout.type().isScaled()) {
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
}

package h2eal.runtime.page;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import h2eal.runtime.foreign.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.Objects;

/// Attention in C, see `attention.c`; the rest as [VectorPageKernels]. While one page is read, the next that
/// is expected is fetched. Pages of Q8 are multiplied as bytes, with queries rounded to 15 bits and
/// weights to 16.
public final class NativePageKernels implements PageKernels {

    /// Absent where native kernels are not to be had. Not an `Optional`: the compiler inlines constants only.
    private static final MethodHandle ATTEND = NativeLibrary.find(
                    "h2eal_attend",
                    FunctionDescriptor.ofVoid(
                            ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS,
                            ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS))
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
        return new NativeQueryRows(layout, capacity, scoreCap);
    }

    /// For many rows, which meet the page in the cache: Java is as fast then, but for bytes.
    @Override
    public void attend(MemorySegment memory, long pageAt, int fromSlot, int toSlot, QueryRows rows) {
        if (rows.layout.type() == KvType.Q8) {
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
        NativeQueryRows own = (NativeQueryRows) rows;
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
                    own.outOfKernel,
                    own.weightsOfKernel);
        } catch (Throwable failure) {
            throw new IllegalStateException("native attention failed", failure);
        }
        rows.attended(count);
    }

    /// Rounds `query` to what pages of Q8 are multiplied with.
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
}

package h2eal.runtime.page;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.GT;

import h2eal.runtime.memory.AllMemory;
import h2eal.runtime.page.QueryRows.Product;
import h2eal.runtime.vector.VectorMath;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Page kernels on the Vector API. Rows are taken four at a time, so that each number read from a page serves four
/// queries of a group; what is left over goes one row at a time. The four begin at a multiple of four.
public final class VectorPageKernels implements PageKernels {

    /// Bytes of a stream that are touched before the next one's.
    private static final long STRETCH_BYTES = 4 * PageLayout.ALIGNMENT;

    /// Numbers of a tile of four vectors, which is a strip where vectors have 512 bits.
    static final int TILE = 4 * LANES;

    @Override
    public QueryRows rows(PageLayout layout, int capacity, float scoreCap) {
        return new QueryRows(layout, capacity, scoreCap, layout.type().pairFactor());
    }

    @Override
    public void unpack(PageLayout layout, MemorySegment memory, long pageAt, PageLayout wide, MemorySegment target) {
        switch (layout.type()) {
            case F16, BF16 -> PairTiles.unpack(layout, memory, pageAt, target);
            case F32, Q8, Q4 -> PageKernels.super.unpack(layout, memory, pageAt, wide, target);
        }
    }

    @Override
    public void attend(MemorySegment memory, long pageAt, int fromSlot, int toSlot, QueryRows rows) {
        Objects.checkFromIndexSize(pageAt, rows.layout.pageBytes(), memory.byteSize());
        if (rows.areUnpacked()) {
            Q8Tiles.unpack(rows.layout, memory, pageAt, rows.unpacked);
            attendUnpacked(rows.unpacked, 0, fromSlot, toSlot, rows);
        } else {
            attendUnpacked(memory, pageAt, fromSlot, toSlot, rows);
        }
    }

    /// Attends to a page whose numbers are multiplied as they are.
    private static void attendUnpacked(MemorySegment memory, long pageAt, int fromSlot, int toSlot, QueryRows rows) {
        rows.outputs.from = fromSlot;
        rows.outputs.to = toSlot;
        int row = rows.first;
        for (; row < rows.last && row % 4 != 0; row++) {
            attendOne(memory, pageAt, rows, row);
        }
        for (; row + 4 <= rows.last; row += 4) {
            clearScores(rows, row, row + 4);
            addFour(memory, pageAt, rows.scores, row);
            weigh(memory, pageAt, rows, row, row + 4);
            addFour(memory, pageAt + rows.multiplied.valuesAt(), rows.outputs, row);
        }
        for (; row < rows.last; row++) {
            attendOne(memory, pageAt, rows, row);
        }
        Reference.reachabilityFence(memory);
    }

    private static void attendOne(MemorySegment memory, long pageAt, QueryRows rows, int row) {
        clearScores(rows, row, row + 1);
        addOne(memory, pageAt, rows.scores, row);
        weigh(memory, pageAt, rows, row, row + 1);
        addOne(memory, pageAt + rows.multiplied.valuesAt(), rows.outputs, row);
    }

    private static void clearScores(QueryRows rows, int fromRow, int toRow) {
        int stride = rows.layout.keyStride();
        Arrays.fill(rows.weights, fromRow * stride, toRow * stride, 0);
    }

    private static void addFour(MemorySegment memory, long matrixAt, Product product, int row) {
        int column = 0;
        for (; column + TILE <= product.width; column += TILE) {
            switch (product.type) {
                case F32 -> F32Tiles.add4x4(memory, matrixAt, product, row, column);
                case F16, BF16 -> PairTiles.add4x4(memory, matrixAt, product, row, column);
                case Q8, Q4 -> Q8Tiles.add4x4(memory, matrixAt, product, row, column);
            }
        }
        for (; column < product.width; column += TILE / 2) {
            switch (product.type) {
                case F32 -> F32Tiles.add4x2(memory, matrixAt, product, row, column);
                case F16, BF16 -> PairTiles.add4x2(memory, matrixAt, product, row, column);
                case Q8, Q4 -> Q8Tiles.add4x2(memory, matrixAt, product, row, column);
            }
        }
    }

    private static void addOne(MemorySegment memory, long matrixAt, Product product, int row) {
        int column = 0;
        for (; column + TILE <= product.width; column += TILE) {
            switch (product.type) {
                case F32 -> F32Tiles.add1x4(memory, matrixAt, product, row, column);
                case F16, BF16 -> PairTiles.add1x4(memory, matrixAt, product, row, column);
                case Q8, Q4 -> Q8Tiles.add1x4(memory, matrixAt, product, row, column);
            }
        }
        for (; column < product.width; column += TILE / 2) {
            switch (product.type) {
                case F32 -> F32Tiles.add1x2(memory, matrixAt, product, row, column);
                case F16, BF16 -> PairTiles.add1x2(memory, matrixAt, product, row, column);
                case Q8, Q4 -> Q8Tiles.add1x2(memory, matrixAt, product, row, column);
            }
        }
    }

    /// Bytes from one row to the next of the strip that a tile of `tileBytes` at `column` lies in. With vectors of 512
    /// bits that is the tile itself: a constant.
    static long step(Product product, int tileBytes, int column) {
        return LANES == 16 ? tileBytes : product.rowBytes(column);
    }

    /// Turns scores into weights; the scales of Q8 multiply what goes in and what comes out.
    private static void weigh(MemorySegment memory, long pageAt, QueryRows rows, int fromRow, int toRow) {
        switch (rows.multiplied.type()) {
            case F32, F16, BF16 -> weigh(rows, fromRow, toRow);
            case Q8, Q4 -> {
                multiply(memory, pageAt + rows.multiplied.keyScalesAt(), rows, fromRow, toRow);
                weigh(rows, fromRow, toRow);
                multiply(memory, pageAt + rows.multiplied.valueScalesAt(), rows, fromRow, toRow);
            }
        }
    }

    /// Multiplies the scores or weights of the page with the scales of its tokens.
    private static void multiply(MemorySegment memory, long scalesAt, QueryRows rows, int fromRow, int toRow) {
        int stride = rows.layout.keyStride();
        for (int slot = 0; slot < stride; slot += LANES) {
            FloatVector scales =
                    FloatVector.fromMemorySegment(F, memory, scalesAt + (long) slot * Float.BYTES, LITTLE_ENDIAN);
            for (int row = fromRow; row < toRow; row++) {
                int at = row * stride + slot;
                FloatVector.fromArray(F, rows.weights, at).mul(scales).intoArray(rows.weights, at);
            }
        }
    }

    /// Turns the scores of the page into weights and updates reference and sums (online softmax). Slots outside those
    /// in hand take part with a weight of 2^-100, far below the last place of the sum.
    private static void weigh(QueryRows rows, int fromRow, int toRow) {
        int stride = rows.layout.keyStride();
        for (int row = fromRow; row < toRow; row++) {
            int at = row * stride;
            if (rows.scoreCap > 0) {
                bend(rows, at, at + stride);
            }
            int from = rows.outputs.from;
            int to = rows.outputs.to;
            if (to - from < stride) {
                Arrays.fill(rows.weights, at, at + from, Float.NEGATIVE_INFINITY);
                Arrays.fill(rows.weights, at + to, at + stride, Float.NEGATIVE_INFINITY);
            }
            if (exceedsReference(rows, row)) {
                raiseReference(rows, row);
            }
            exponentiate(rows, row);
        }
    }

    /// cap * tanh(score / cap), where tanh(x) = 1 - 2 / (1 + exp(2 x)).
    private static void bend(QueryRows rows, int from, int to) {
        float cap = rows.scoreCap;
        for (int at = from; at < to; at += LANES) {
            FloatVector score = FloatVector.fromArray(F, rows.weights, at);
            FloatVector power = VectorMath.exp(score.mul(2 / cap));
            score.broadcast(cap)
                    .sub(score.broadcast(2 * cap).div(power.add(1f)))
                    .intoArray(rows.weights, at);
        }
    }

    /// Whether a score lies so far above the row's reference that its weight would grow large.
    private static boolean exceedsReference(QueryRows rows, int row) {
        float limit = rows.max[row] + QueryRows.HEADROOM;
        int stride = rows.layout.keyStride();
        int at = row * stride;
        for (int end = at + stride; at < end; at += 2 * LANES) {
            FloatVector first = FloatVector.fromArray(F, rows.weights, at);
            FloatVector second = FloatVector.fromArray(F, rows.weights, at + LANES);
            if (first.compare(GT, limit).or(second.compare(GT, limit)).anyTrue()) {
                return true;
            }
        }
        return false;
    }

    /// Makes the largest score the row's reference, and shrinks what was gathered under the old one.
    private static void raiseReference(QueryRows rows, int row) {
        int stride = rows.layout.keyStride();
        float before = rows.max[row];
        float max = before;
        for (int i = row * stride; i < (row + 1) * stride; i++) {
            max = Math.max(max, rows.weights[i]);
        }
        rows.max[row] = max;
        rows.shrink(row, (float) Math.exp(before - max));
    }

    private static void exponentiate(QueryRows rows, int row) {
        float[] weights = rows.weights;
        int stride = rows.layout.keyStride();
        int at = row * stride;
        FloatVector reference = FloatVector.broadcast(F, rows.max[row]);
        FloatVector sum = FloatVector.fromArray(F, rows.sums, row * QueryRows.SUMS);
        FloatVector sum2 = FloatVector.zero(F);
        for (int end = at + stride; at < end; at += 2 * LANES) {
            FloatVector first =
                    VectorMath.exp(FloatVector.fromArray(F, weights, at).sub(reference));
            FloatVector second =
                    VectorMath.exp(FloatVector.fromArray(F, weights, at + LANES).sub(reference));
            sum = sum.add(first);
            sum2 = sum2.add(second);
            first.mul(rows.weightFactor).intoArray(weights, at);
            second.mul(rows.weightFactor).intoArray(weights, at + LANES);
        }
        sum.add(sum2).intoArray(rows.sums, row * QueryRows.SUMS);
    }

    @Override
    public void attendExpected(int count, QueryRows rows) {
        int first = rows.attendedPages;
        Objects.checkFromIndexSize(first, count, rows.expectedPages);
        for (int page = first; page < first + count; page++) {
            if (page % rows.distant.length == 0) {
                touch(rows, page, Math.min(page + rows.distant.length, rows.expectedPages));
            }
            PageKernels.super.attendExpected(1, rows);
        }
    }

    /// Brings expected pages `from..to` nearer to this core, but those that begin where the one before them ends: the
    /// hardware fetches them ahead. Not those that are unpacked, since between two of them memory rests for longer.
    private static void touch(QueryRows rows, int from, int to) {
        for (int page = from; page < to; page++) {
            if (rows.areUnpacked()
                    || page == 0
                    || rows.addresses[page] != rows.addresses[page - 1] + rows.layout.pageBytes()) {
                rows.distant[rows.distantPages++] = rows.addresses[page];
            }
        }
        touch(rows);
    }

    /// Reads the cache lines of distant pages at the rate of a plain read, where tiles alone would wait for each few of
    /// them: the prefetcher cannot guess where a page begins. Four streams side by side get up to speed together, and
    /// the longer they are the less of their time that takes: four pages, or the parts of as many as are left.
    private static void touch(QueryRows rows) {
        for (int page = 0; page < rows.distantPages; ) {
            int left = rows.distantPages - page;
            int parts = left >= 4 ? 1 : left >= 2 ? 2 : 4;
            long bytes = rows.layout.pageBytes() / (parts * STRETCH_BYTES) * STRETCH_BYTES;
            touch(rows, page, parts, bytes);
            page += 4 / parts;
        }
        rows.distantPages = 0;
    }

    /// Touches `bytes` of each of four streams, which are the parts of the distant pages from `page` on. What they
    /// hold keeps the loads alive.
    private static void touch(QueryRows rows, int page, int parts, long bytes) {
        long first = rows.distant[page];
        long second = rows.distant[page + 1 / parts] + 1 % parts * bytes;
        long third = rows.distant[page + 2 / parts] + 2 % parts * bytes;
        long fourth = rows.distant[page + 3 / parts] + 3 % parts * bytes;
        IntVector bits = IntVector.fromArray(I, rows.touched, 0);
        for (long at = 0; at != bytes; at += STRETCH_BYTES) {
            bits = bits.or(lines(first + at)).or(lines(second + at));
            bits = bits.or(lines(third + at)).or(lines(fourth + at));
        }
        bits.intoArray(rows.touched, 0);
    }

    /// What four cache lines hold, or the beginnings of them, mixed.
    private static IntVector lines(long address) {
        long at = address & AllMemory.ADDRESSES;
        return IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at, LITTLE_ENDIAN)
                .or(IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at + PageLayout.ALIGNMENT, LITTLE_ENDIAN))
                .or(IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at + 2 * PageLayout.ALIGNMENT, LITTLE_ENDIAN))
                .or(IntVector.fromMemorySegment(I, AllMemory.SEGMENT, at + 3 * PageLayout.ALIGNMENT, LITTLE_ENDIAN));
    }

    @Override
    public void score(SummaryLayout layout, MemorySegment memory, long blockAt, QueryRows rows, float[] scores) {
        for (int lane = 0; lane < SummaryLayout.BLOCK; lane += LANES) {
            int row = rows.first;
            for (; row + 4 <= rows.last; row += 4) {
                switch (layout.precision()) {
                    case CACHE -> SummaryTiles.four(memory, blockAt + (long) lane * Float.BYTES, rows, row);
                    case INT8 -> SummaryTiles.int8Four(layout, memory, blockAt, lane, rows, row);
                }
                for (int i = 0; i < 4; i++) {
                    combine(layout, rows.halves, i, scores, (row + i) * SummaryLayout.BLOCK + lane);
                }
            }
            for (; row < rows.last; row++) {
                switch (layout.precision()) {
                    case CACHE -> SummaryTiles.one(memory, blockAt + (long) lane * Float.BYTES, rows, row);
                    case INT8 -> SummaryTiles.int8One(layout, memory, blockAt, lane, rows, row);
                }
                combine(layout, rows.halves, 0, scores, row * SummaryLayout.BLOCK + lane);
            }
        }
    }

    private static void combine(SummaryLayout layout, float[] halves, int row, float[] scores, int at) {
        FloatVector first = FloatVector.fromArray(F, halves, 2 * row * LANES);
        FloatVector second = FloatVector.fromArray(F, halves, (2 * row + 1) * LANES);
        switch (layout.kind()) {
            case BOX -> first.add(second).intoArray(scores, at);
            case SPREAD -> first.add(second.sqrt()).intoArray(scores, at);
            case MASS -> first.add(second.mul(layout.massFactor())).intoArray(scores, at);
        }
    }
}

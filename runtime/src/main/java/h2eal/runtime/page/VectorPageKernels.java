package h2eal.runtime.page;

import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.LANES;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.GT;

import h2eal.runtime.vector.VectorMath;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/// Page kernels on the Vector API. Rows are taken four at a time, so that each number read from a page serves four
/// queries of a group; what is left over goes one row at a time. The four begin at a multiple of four.
public final class VectorPageKernels implements PageKernels {

    /// Bytes at the start of a page that are touched ahead.
    private static final long TOUCHED_BYTES = 16 * PageLayout.ALIGNMENT;

    /// Numbers of a tile of four vectors.
    private static final int TILE = 4 * LANES;

    @Override
    public QueryRows rows(PageLayout layout, int capacity, float scoreCap) {
        return new QueryRows(layout, capacity, scoreCap, layout.type().pairFactor());
    }

    @Override
    public void unpack(PageLayout layout, MemorySegment memory, long pageAt, PageLayout wide, MemorySegment target) {
        switch (layout.type()) {
            case F16, BF16 -> {
                int numbers = layout.type().stripNumbers();
                int keyStrips = layout.keyStride() / numbers;
                int valueStrips = layout.valueStride() / numbers;
                long valuesAt = pageAt + layout.valuesAt();
                MemorySegment values = target.asSlice(wide.valuesAt());
                PairTiles.unpack(layout.type(), memory, pageAt, target, keyStrips, layout.headSize());
                PairTiles.unpack(layout.type(), memory, valuesAt, values, valueStrips, layout.pageTokens());
            }
            case F32, Q8 -> PageKernels.super.unpack(layout, memory, pageAt, wide, target);
        }
    }

    @Override
    public void attend(MemorySegment memory, long pageAt, int fromSlot, int toSlot, QueryRows rows) {
        rows.fromSlot = fromSlot;
        rows.toSlot = toSlot;
        int row = rows.first;
        for (; row < rows.last && row % 4 != 0; row++) {
            attendOne(memory, pageAt, rows, row);
        }
        for (; row + 4 <= rows.last; row += 4) {
            scoreFour(memory, pageAt, rows, row);
            weigh(memory, pageAt, rows, row, row + 4);
            addFour(memory, pageAt + rows.layout.valuesAt(), rows, row);
        }
        for (; row < rows.last; row++) {
            attendOne(memory, pageAt, rows, row);
        }
    }

    private static void attendOne(MemorySegment memory, long pageAt, QueryRows rows, int row) {
        scoreOne(memory, pageAt, rows, row);
        weigh(memory, pageAt, rows, row, row + 1);
        addOne(memory, pageAt + rows.layout.valuesAt(), rows, row);
    }

    private static void scoreFour(MemorySegment memory, long pageAt, QueryRows rows, int row) {
        int slot = 0;
        for (; slot + TILE <= rows.layout.keyStride(); slot += TILE) {
            switch (rows.layout.type()) {
                case F32 -> F32Tiles.scores4x4(memory, pageAt, rows, row, slot);
                case F16, BF16 -> PairTiles.scores4x4(memory, pageAt, rows, row, slot);
                case Q8 -> Q8Tiles.scores4x4(memory, pageAt, rows, row, slot);
            }
        }
        for (; slot < rows.layout.keyStride(); slot += TILE / 2) {
            switch (rows.layout.type()) {
                case F32 -> F32Tiles.scores4x2(memory, pageAt, rows, row, slot);
                case F16, BF16 -> PairTiles.scores4x2(memory, pageAt, rows, row, slot);
                case Q8 -> Q8Tiles.scores4x2(memory, pageAt, rows, row, slot);
            }
        }
    }

    private static void scoreOne(MemorySegment memory, long pageAt, QueryRows rows, int row) {
        int slot = 0;
        for (; slot + TILE <= rows.layout.keyStride(); slot += TILE) {
            switch (rows.layout.type()) {
                case F32 -> F32Tiles.scores1x4(memory, pageAt, rows, row, slot);
                case F16, BF16 -> PairTiles.scores1x4(memory, pageAt, rows, row, slot);
                case Q8 -> Q8Tiles.scores1x4(memory, pageAt, rows, row, slot);
            }
        }
        for (; slot < rows.layout.keyStride(); slot += TILE / 2) {
            switch (rows.layout.type()) {
                case F32 -> F32Tiles.scores1x2(memory, pageAt, rows, row, slot);
                case F16, BF16 -> PairTiles.scores1x2(memory, pageAt, rows, row, slot);
                case Q8 -> Q8Tiles.scores1x2(memory, pageAt, rows, row, slot);
            }
        }
    }

    private static void addFour(MemorySegment memory, long valuesAt, QueryRows rows, int row) {
        int number = 0;
        for (; number + TILE <= rows.layout.valueStride(); number += TILE) {
            switch (rows.layout.type()) {
                case F32 -> F32Tiles.values4x4(memory, valuesAt, rows, row, number);
                case F16, BF16 -> PairTiles.values4x4(memory, valuesAt, rows, row, number);
                case Q8 -> Q8Tiles.values4x4(memory, valuesAt, rows, row, number);
            }
        }
        for (; number < rows.layout.valueStride(); number += TILE / 2) {
            switch (rows.layout.type()) {
                case F32 -> F32Tiles.values4x2(memory, valuesAt, rows, row, number);
                case F16, BF16 -> PairTiles.values4x2(memory, valuesAt, rows, row, number);
                case Q8 -> Q8Tiles.values4x2(memory, valuesAt, rows, row, number);
            }
        }
    }

    private static void addOne(MemorySegment memory, long valuesAt, QueryRows rows, int row) {
        int number = 0;
        for (; number + TILE <= rows.layout.valueStride(); number += TILE) {
            switch (rows.layout.type()) {
                case F32 -> F32Tiles.values1x4(memory, valuesAt, rows, row, number);
                case F16, BF16 -> PairTiles.values1x4(memory, valuesAt, rows, row, number);
                case Q8 -> Q8Tiles.values1x4(memory, valuesAt, rows, row, number);
            }
        }
        for (; number < rows.layout.valueStride(); number += TILE / 2) {
            switch (rows.layout.type()) {
                case F32 -> F32Tiles.values1x2(memory, valuesAt, rows, row, number);
                case F16, BF16 -> PairTiles.values1x2(memory, valuesAt, rows, row, number);
                case Q8 -> Q8Tiles.values1x2(memory, valuesAt, rows, row, number);
            }
        }
    }

    /// Turns scores into weights; the scales of Q8 multiply what goes in and what comes out.
    private static void weigh(MemorySegment memory, long pageAt, QueryRows rows, int fromRow, int toRow) {
        switch (rows.layout.type()) {
            case F32, F16, BF16 -> weigh(rows, fromRow, toRow);
            case Q8 -> {
                long keyScales = pageAt + rows.layout.scalesAt();
                multiply(memory, keyScales, rows, fromRow, toRow);
                weigh(rows, fromRow, toRow);
                multiply(memory, keyScales + (long) rows.layout.keyStride() * Float.BYTES, rows, fromRow, toRow);
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
            if (rows.toSlot - rows.fromSlot < stride) {
                Arrays.fill(rows.weights, at, at + rows.fromSlot, Float.NEGATIVE_INFINITY);
                Arrays.fill(rows.weights, at + rows.toSlot, at + stride, Float.NEGATIVE_INFINITY);
            }
            rows.rescale[row] = exceedsReference(rows, row) ? raiseReference(rows, row) : 1;
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

    /// Makes the largest score the row's reference. Returns the factor for what was gathered under the old one.
    private static float raiseReference(QueryRows rows, int row) {
        int stride = rows.layout.keyStride();
        float before = rows.max[row];
        float max = before;
        for (int i = row * stride; i < (row + 1) * stride; i++) {
            max = Math.max(max, rows.weights[i]);
        }
        rows.max[row] = max;
        return (float) Math.exp(before - max);
    }

    private static void exponentiate(QueryRows rows, int row) {
        float[] weights = rows.weights;
        int stride = rows.layout.keyStride();
        int at = row * stride;
        FloatVector reference = FloatVector.broadcast(F, rows.max[row]);
        FloatVector sum =
                FloatVector.fromArray(F, rows.sums, row * QueryRows.SUMS).mul(rows.rescale[row]);
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

    /// Reads one number of each of the first cache lines, enough for the prefetcher to see where the page goes; more
    /// would hold up the page in hand. The sum keeps them alive.
    @Override
    public void touch(MemorySegment memory, long pageAt, QueryRows rows) {
        long sum = 0;
        long end = pageAt + Math.min(TOUCHED_BYTES, rows.layout.pageBytes());
        for (long at = pageAt; at < end; at += PageLayout.ALIGNMENT) {
            sum += memory.get(JAVA_LONG, at);
        }
        rows.touched = sum;
    }

    @Override
    public void score(SummaryLayout layout, MemorySegment memory, long blockAt, QueryRows rows, float[] scores) {
        for (int lane = 0; lane < SummaryLayout.BLOCK; lane += LANES) {
            int row = rows.first;
            for (; row + 4 <= rows.last; row += 4) {
                switch (layout.precision()) {
                    case CACHE -> SummaryTiles.four(memory, blockAt + (long) lane * Float.BYTES, rows, row);
                    case INT8 -> Int8SummaryTiles.four(layout, memory, blockAt, lane, rows, row);
                }
                for (int i = 0; i < 4; i++) {
                    combine(layout, rows.halves, i, scores, (row + i) * SummaryLayout.BLOCK + lane);
                }
            }
            for (; row < rows.last; row++) {
                switch (layout.precision()) {
                    case CACHE -> SummaryTiles.one(memory, blockAt + (long) lane * Float.BYTES, rows, row);
                    case INT8 -> Int8SummaryTiles.one(layout, memory, blockAt, lane, rows, row);
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

package h2eal.runtime.page;

import java.lang.foreign.MemorySegment;

/// Page kernels as plain loops: the reference, and the fallback.
public final class ScalarPageKernels implements PageKernels {

    @Override
    public QueryRows rows(PageLayout layout, int capacity, float scoreCap) {
        return new QueryRows(layout, capacity, scoreCap, 1);
    }

    @Override
    public void attend(MemorySegment memory, long pageAt, int fromSlot, int toSlot, QueryRows rows) {
        for (int row = rows.first; row < rows.last; row++) {
            float pageMax = scorePage(memory, pageAt, fromSlot, toSlot, rows, row);
            weigh(row, fromSlot, toSlot, Math.max(rows.max[row], pageMax), rows);
            addValues(memory, pageAt, fromSlot, toSlot, rows, row);
        }
    }

    private static float scorePage(MemorySegment memory, long pageAt, int from, int to, QueryRows rows, int row) {
        PageLayout layout = rows.layout;
        float largest = Float.NEGATIVE_INFINITY;
        for (int slot = from; slot < to; slot++) {
            double score = 0;
            for (int i = 0; i < layout.headSize(); i++) {
                score += rows.scaled[row * layout.headSize() + i] * layout.key(memory, pageAt, slot, i);
            }
            if (rows.scoreCap > 0) {
                score = rows.scoreCap * Math.tanh(score / rows.scoreCap);
            }
            rows.weights[row * layout.keyStride() + slot] = (float) score;
            largest = Math.max(largest, (float) score);
        }
        return largest;
    }

    private static void weigh(int row, int from, int to, float max, QueryRows rows) {
        rows.shrink(row, (float) Math.exp(rows.max[row] - max));
        float sum = rows.sums[row * QueryRows.SUMS];
        int weightsAt = row * rows.layout.keyStride();
        for (int slot = from; slot < to; slot++) {
            float weight = (float) Math.exp(rows.weights[weightsAt + slot] - max);
            rows.weights[weightsAt + slot] = weight;
            sum += weight;
        }
        rows.sums[row * QueryRows.SUMS] = sum;
        rows.max[row] = max;
    }

    private static void addValues(MemorySegment memory, long pageAt, int from, int to, QueryRows rows, int row) {
        PageLayout layout = rows.layout;
        for (int slot = from; slot < to; slot++) {
            float weight = rows.weights[row * layout.keyStride() + slot];
            for (int i = 0; i < layout.headSize(); i++) {
                rows.out[row * layout.valueStride() + i] += weight * layout.value(memory, pageAt, slot, i);
            }
        }
    }

    @Override
    public void score(SummaryLayout layout, MemorySegment memory, long blockAt, QueryRows rows, float[] scores) {
        for (int row = rows.first; row < rows.last; row++) {
            for (int lane = 0; lane < SummaryLayout.BLOCK; lane++) {
                scores[row * SummaryLayout.BLOCK + lane] = score(layout, memory, blockAt, lane, rows, row);
            }
        }
    }

    private static float score(
            SummaryLayout layout, MemorySegment memory, long blockAt, int lane, QueryRows rows, int row) {
        double linear = 0;
        double squares = 0;
        for (int i = 0; i < layout.headSize(); i++) {
            float query = rows.queries[row * layout.headSize() + i];
            float first = layout.number(memory, blockAt, lane, i, 0);
            float second = layout.number(memory, blockAt, lane, i, 1);
            switch (layout.kind()) {
                case BOX -> linear += Math.max(query * first, query * second);
                case SPREAD, MASS -> {
                    linear += query * first;
                    squares += query * query * second;
                }
            }
        }
        return switch (layout.kind()) {
            case BOX -> (float) linear;
            case SPREAD -> (float) (linear + Math.sqrt(squares));
            case MASS -> (float) (linear + squares * layout.massFactor());
        };
    }
}

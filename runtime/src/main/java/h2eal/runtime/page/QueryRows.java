package h2eal.runtime.page;

import h2eal.attention.SummaryScore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/// Queries that attend to the pages of one KV head together, and what they have gathered: per row the partial
/// `(max, sum, out)` of an online softmax. Kernel scratch: one per thread, reused.
///
/// Made by [PageKernels#rows]; a kernel works on the active rows only.
public sealed class QueryRows permits NativePageKernels.Rows {

    /// How far a score may lie above the reference: weights up to e^8 cost no precision, and moving the reference at
    /// every new maximum costs time.
    static final float HEADROOM = 8;
    /// Partial sums per row.
    static final int SUMS = 16;
    /// Pages that can be expected at once.
    public static final int MOST_PAGES = 32;
    /// Bytes of pages to be brought near at once: enough for a core to wait for memory once for several, and few enough
    /// to stay in a second-level cache of 256 KiB with what else is in use.
    private static final long NEAR_BYTES = 128 << 10;

    final PageLayout layout;
    /// Layout of the numbers that are multiplied, and where they are unpacked to if pages hold others.
    final PageLayout multiplied;
    final MemorySegment unpacked;
    /// Queries as given, `[row][headSize]`: what summaries are scored with.
    final float[] queries;
    /// What the queries multiply the two numbers of a summary's dimension with, `[row][headSize]`; see
    /// [#prepareScores].
    final float[] firstFactors;
    final float[] secondFactors;
    /// Queries times 1/sqrt(headSize) and the twin's factor: what keys are multiplied with, `[row][headSize]`.
    final float[] scaled;
    /// Reference of the weights, per row: the largest scaled score so far, less [#HEADROOM] at most.
    final float[] max;
    /// Sums of exp(score - max) so far, `[row][SUMS]`: a twin adds up in as many lanes as it likes.
    final float[] sums;
    /// Sum of exp(score - max) times value so far, `[row][valueStride]`.
    final float[] out;
    /// Scores, then weights of the page in hand, `[row][keyStride]`.
    final float[] weights;
    /// Two halves of the scores of up to four rows.
    final float[] halves = new float[4 * 2 * SummaryLayout.BLOCK];
    /// Scores of the page in hand from its keys, and outputs from its values, of which those in hand count.
    final Product scores;
    final Product outputs;
    /// Scores are bent to `scoreCap * tanh(score / scoreCap)`; 0 leaves them.
    final float scoreCap;
    /// What the twin multiplies weights with on their way to the values.
    final float weightFactor;
    /// Active rows.
    int first;
    int last;
    /// Pages that are attended to soon, in order, and how many of them have been: the memory of each, its address, and
    /// its first slot in hand and that after the last.
    final MemorySegment[] memories = new MemorySegment[MOST_PAGES];
    final long[] addresses = new long[MOST_PAGES];
    final int[] slots = new int[2 * MOST_PAGES];
    int expectedPages;
    int attendedPages;
    /// Addresses of some that are to be brought near.
    final long[] distant;
    int distantPages;
    /// Bits of all that was read for its cache lines only, mixed.
    final int[] touched = new int[16];
    private final int capacity;
    private final float queryFactor;

    /// Scratch of a twin whose page numbers are `factor` times too small.
    QueryRows(PageLayout layout, int capacity, float scoreCap, float factor) {
        this.layout = Objects.requireNonNull(layout, "layout");
        if (capacity < 1) {
            throw new IllegalArgumentException("there is at least one query row: " + capacity);
        }
        this.capacity = capacity;
        if (!(scoreCap >= 0)) {
            throw new IllegalArgumentException("scoreCap must not be negative: " + scoreCap);
        }
        this.scoreCap = scoreCap;
        weightFactor = factor;
        queryFactor = (float) (factor / Math.sqrt(layout.headSize()));
        queries = new float[capacity * layout.headSize()];
        scaled = new float[capacity * layout.headSize()];
        firstFactors = new float[capacity * layout.headSize()];
        secondFactors = new float[capacity * layout.headSize()];
        max = new float[capacity];
        sums = new float[capacity * SUMS];
        out = new float[capacity * layout.valueStride()];
        weights = new float[capacity * layout.keyStride()];
        distant = new long[Math.clamp(NEAR_BYTES / layout.pageBytes(), 1, MOST_PAGES)];
        KvType type = layout.type().multiplied();
        multiplied = type == layout.type() ? layout : layout.as(type);
        unpacked = areUnpacked()
                ? Arena.ofAuto().allocate(multiplied.pageBytes(), PageLayout.ALIGNMENT)
                : MemorySegment.NULL;
        int headSize = layout.headSize();
        scores = new Product(type, headSize, layout.keyStride(), scaled, headSize, weights);
        outputs = new Product(type, layout.pageTokens(), layout.valueStride(), weights, layout.keyStride(), out);
    }

    /// Whether pages are unpacked before they are multiplied.
    boolean areUnpacked() {
        return multiplied != layout;
    }

    /// Rows at most.
    public int capacity() {
        return capacity;
    }

    /// Layout of the pages the rows attend to.
    public PageLayout layout() {
        return layout;
    }

    /// Makes `from..to` the active rows.
    public void activate(int from, int to) {
        Objects.checkFromToIndex(from, to, capacity);
        first = from;
        last = to;
    }

    /// Says that the active rows will attend to slots `fromSlot..toSlot` of the page at `pageAt`, after those expected
    /// before; for [PageKernels#attendExpected].
    ///
    /// @throws IndexOutOfBoundsException if the page is not in `memory`, or more than [#MOST_PAGES] are expected
    public void expect(MemorySegment memory, long pageAt, int fromSlot, int toSlot) {
        Objects.checkFromIndexSize(pageAt, layout.pageBytes(), memory.byteSize());
        Objects.checkFromToIndex(fromSlot, toSlot, layout.pageTokens());
        memories[expectedPages] = memory;
        addresses[expectedPages] = memory.address() + pageAt;
        slots[2 * expectedPages] = fromSlot;
        slots[2 * expectedPages + 1] = toSlot;
        expectedPages++;
    }

    /// Notes that `count` more of the expected pages have been attended to. After the last, none is expected.
    void attended(int count) {
        attendedPages += count;
        if (attendedPages == expectedPages) {
            Arrays.fill(memories, 0, expectedPages, null);
            expectedPages = 0;
            attendedPages = 0;
        }
    }

    /// Puts a query into row `row`, which has attended to nothing yet.
    public void load(int row, float[] source, int at) {
        int headSize = layout.headSize();
        System.arraycopy(source, at, queries, row * headSize, headSize);
        for (int i = 0; i < headSize; i++) {
            scaled[row * headSize + i] = source[at + i] * queryFactor;
        }
        max[row] = Float.NEGATIVE_INFINITY;
        Arrays.fill(sums, row * SUMS, (row + 1) * SUMS, 0);
        Arrays.fill(out, row * layout.valueStride(), (row + 1) * layout.valueStride(), 0);
    }

    /// Puts the query of row `from` of `other`, made by the same kernels, into row `row`.
    public void load(int row, QueryRows other, int from) {
        load(row, other.queries, from * layout.headSize());
    }

    /// Makes the active rows ready to score summaries of `kind`, once for all blocks. The larger of two products with
    /// the ends of a box is that of the lower end for a negative query and that of the upper end for a positive one; a
    /// spread takes the query and its square.
    public void prepareScores(SummaryScore kind) {
        for (int i = first * layout.headSize(); i < last * layout.headSize(); i++) {
            float query = queries[i];
            switch (kind) {
                case BOX -> {
                    firstFactors[i] = Math.min(query, 0);
                    secondFactors[i] = Math.max(query, 0);
                }
                case SPREAD, MASS -> {
                    firstFactors[i] = query;
                    secondFactors[i] = query * query;
                }
            }
        }
    }

    /// Numbers of one row's partial.
    public int partialSize() {
        return 2 + layout.headSize();
    }

    /// Copies row `row`'s partial to `partials[at..at + partialSize())`: max, sum, out.
    public void save(int row, float[] partials, int at) {
        partials[at] = max[row];
        partials[at + 1] = sum(row);
        System.arraycopy(out, row * layout.valueStride(), partials, at + 2, layout.headSize());
    }

    /// Merges a saved partial into row `row`. Exact up to rounding whatever the split; a fixed order of merges gives
    /// fixed bits.
    public void merge(int row, float[] partials, int at) {
        float both = Math.max(max[row], partials[at]);
        if (both == Float.NEGATIVE_INFINITY) {
            return;
        }
        float ours = (float) Math.exp(max[row] - both);
        float theirs = (float) Math.exp(partials[at] - both);
        max[row] = both;
        setSum(row, sum(row) * ours + partials[at + 1] * theirs);
        int outAt = row * layout.valueStride();
        for (int i = 0; i < layout.headSize(); i++) {
            out[outAt + i] = out[outAt + i] * ours + partials[at + 2 + i] * theirs;
        }
    }

    /// Takes one extra token into row `row`: its key's scaled score, the weight it counts with, and its value.
    public void addToken(int row, float score, float weight, float[] value, int at) {
        float both = Math.max(max[row], score);
        float ours = (float) Math.exp(max[row] - both);
        float theirs = (float) (weight * Math.exp(score - both));
        max[row] = both;
        setSum(row, sum(row) * ours + theirs);
        int outAt = row * layout.valueStride();
        for (int i = 0; i < layout.headSize(); i++) {
            out[outAt + i] = out[outAt + i] * ours + value[at + i] * theirs;
        }
    }

    /// Scaled score of `key[at..]` for row `row`'s query.
    public float score(int row, float[] key, int at) {
        int headSize = layout.headSize();
        float sumOfProducts = 0;
        for (int i = 0; i < headSize; i++) {
            sumOfProducts += queries[row * headSize + i] * key[at + i];
        }
        return (float) (sumOfProducts / Math.sqrt(headSize));
    }

    /// Writes row `row`'s attention output, `out / sum`, to `target[at..at + headSize)`.
    public void finish(int row, float[] target, int at) {
        float inverse = 1 / sum(row);
        for (int i = 0; i < layout.headSize(); i++) {
            target[at + i] = out[row * layout.valueStride() + i] * inverse;
        }
    }

    /// Multiplies what row `row` has gathered.
    void shrink(int row, float factor) {
        for (int i = row * SUMS; i < (row + 1) * SUMS; i++) {
            sums[i] *= factor;
        }
        for (int i = row * layout.valueStride(); i < (row + 1) * layout.valueStride(); i++) {
            out[i] *= factor;
        }
    }

    private float sum(int row) {
        float sum = 0;
        for (int i = row * SUMS; i < (row + 1) * SUMS; i++) {
            sum += sums[i];
        }
        return sum;
    }

    private void setSum(int row, float sum) {
        Arrays.fill(sums, row * SUMS, (row + 1) * SUMS, 0);
        sums[row * SUMS] = sum;
    }

    /// Logarithm of the sum of exp(scaled score) over all row `row` has attended to.
    public double logSumExp(int row) {
        return max[row] + Math.log(sum(row));
    }

    /// One of the two matrix products of attention to a page: for each active row,
    /// `sums[row][column] += factors[row][i] * matrix[i][column]`, over the `i` in hand. The matrix is K with one row
    /// per dimension, the factors are queries and the sums are scores; or it is V with one row per token, the factors
    /// are weights and the sums are outputs.
    ///
    /// Both are computed by the same tiles and not by copies of them: the prefetcher of Zen 5 tells streams apart by
    /// the instruction that loads them, and runs far ahead only where the same one goes on through K, V and the next
    /// page.
    static final class Product {

        final KvType type;
        /// Rows of the matrix.
        final int rows;
        /// Columns of the matrix, padding included.
        final int width;
        /// What its rows are multiplied with, `[query row][factorStride]`.
        final float[] factors;
        final int factorStride;
        /// `[query row][width]`.
        final float[] sums;
        /// Rows of the matrix in hand.
        int from;
        int to;

        Product(KvType type, int rows, int width, float[] factors, int factorStride, float[] sums) {
            this.type = type;
            this.rows = rows;
            this.width = width;
            this.factors = factors;
            this.factorStride = factorStride;
            this.sums = sums;
            to = rows;
        }

        /// Bytes from the start of the matrix to the number that is stored at place `column` of its first row.
        long offset(int column) {
            return type.offset(column, rows);
        }

        /// Bytes from one row to the next of the strip that `column` lies in.
        int rowBytes(int column) {
            return type.rowBytes(column, width);
        }
    }
}

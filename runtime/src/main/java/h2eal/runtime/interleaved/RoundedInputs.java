package h2eal.runtime.interleaved;

import h2eal.runtime.interleaved.code.Fields;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// An input vector rounded to 8 bits in blocks of [Fields#numbers] numbers that share a scale, as the peers do: scratch
/// of one thread.
///
/// The scale of a block is its largest number / 127, or larger where the sum of the rounded magnitudes would exceed
/// 32767 / [Fields#offset]: then the sum of their products with numbers less the offset would not fit 16 bits.
final class RoundedInputs {

    private static final int MOST = 127;
    /// Below this the inverse of a scale may not be a float.
    private static final float LEAST = 0x1p-100f;
    /// Added, leaves a float exact to an integer, ties to even, in its low bits.
    private static final float ROUND = 0x1.8p23f;

    private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

    /// What was rounded last: products with several matrices follow each other.
    float[] exact = {};

    private Fields fields = Fields.NIBBLES;
    private int columns;
    private int[] numbers = {};

    /// Multipliers of all words of a row's weights.
    int[] multipliers = {};
    /// Scale of each block.
    float[] scales = {};
    /// Sum of the exact numbers of each block.
    int[] sums = {};
    /// Sum of the numbers of each block, scale included.
    float[] scaledSums = {};
    /// [Fields#offset] times that: what products lack.
    float[] offsets = {};
    /// What native products take, and the inputs in their order; made when they are asked for.
    private MemorySegment digits = MemorySegment.NULL;

    private float[] ordered = {};
    private MemorySegment orderedOfKernel = MemorySegment.NULL;
    private boolean hasDigits;

    RoundedInputs() {}

    /// Rounds `x[0..columns)`.
    void round(Fields fields, float[] x, int columns) {
        if (fields == this.fields && columns == this.columns && Arrays.equals(x, 0, columns, exact, 0, columns)) {
            return;
        }
        hasDigits = false;
        ensure(fields, columns);
        this.fields = fields;
        this.columns = columns;
        System.arraycopy(x, 0, exact, 0, columns);
        if (fields.areFloats() || NativeDots.suit(fields)) {
            return;
        }
        int size = fields.numbers();
        for (int block = 0; block < columns / size; block++) {
            round(block);
            scaledSums[block] = scales[block] * sums[block];
            offsets[block] = fields.offset() * scaledSums[block];
            fields.multipliers(numbers, block * size, multipliers, block * fields.words() * fields.shifts());
        }
    }

    /// The inputs as [NativeDots] takes them.
    MemorySegment digits() {
        if (!hasDigits) {
            if (ordered.length < columns) {
                ordered = new float[columns];
                orderedOfKernel = MemorySegment.ofArray(ordered);
                digits = Arena.ofAuto().allocate(NativeDots.digitsBytes(columns), 64);
            }
            for (int i = 0; i < columns; i++) {
                ordered[NativeDots.place(fields, i)] = exact[i];
            }
            NativeDots.round(orderedOfKernel, columns, digits);
            hasDigits = true;
        }
        return digits;
    }

    /// The numbers that the inputs were exact to.
    void read(float[] out) {
        if (NativeDots.suit(fields)) {
            NativeDots.read(fields, digits(), columns, out);
            return;
        }
        for (int i = 0; i < columns; i++) {
            out[i] = fields.areFloats() ? exact[i] : scales[i / fields.numbers()] * numbers[i];
        }
    }

    private void ensure(Fields fields, int columns) {
        if (exact.length < columns) {
            exact = new float[columns];
            numbers = new int[columns];
            // sixes and twos have the shortest blocks
            scales = new float[columns / Fields.SIXES.numbers()];
            sums = new int[columns / Fields.SIXES.numbers()];
            scaledSums = new float[sums.length];
            offsets = new float[sums.length];
        }
        int needed = columns / fields.numbers() * fields.words() * fields.shifts();
        if (multipliers.length < needed) {
            multipliers = new int[needed];
        }
    }

    private void round(int block) {
        int size = fields.numbers();
        int at = block * size;
        float largest = 0;
        for (int i = at; i < at + size; i++) {
            largest = Math.max(largest, Math.abs(exact[i]));
        }
        if (!(largest <= Float.MAX_VALUE) || largest < LEAST) {
            // not a number stays none; what is almost zero is zero
            Arrays.fill(numbers, at, at + size, 0);
            scales[block] = largest <= Float.MAX_VALUE ? 0 : Float.NaN;
            sums[block] = 0;
            return;
        }
        float scale = largest / MOST;
        int most = 32767 / fields.offset();
        int magnitude = roundBy(scale, at, size);
        while (magnitude > most) {
            // one more than half of the numbers may be exact up by
            scale *= (float) magnitude / (most - size / 2 - 1);
            magnitude = roundBy(scale, at, size);
        }
        int sum = 0;
        for (int i = at; i < at + size; i++) {
            sum += numbers[i];
        }
        scales[block] = scale;
        sums[block] = sum;
    }

    /// Rounds one block and returns the sum of magnitudes.
    private int roundBy(float scale, int at, int size) {
        float inverse = 1 / scale;
        int magnitude = 0;
        for (int i = at; i < at + size; i++) {
            int number = Float.floatToRawIntBits(exact[i] * inverse + ROUND) - ROUND_BITS;
            numbers[i] = number;
            magnitude += Math.abs(number);
        }
        return magnitude;
    }
}

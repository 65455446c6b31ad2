package h2eal.runtime.interleaved;

import static h2eal.runtime.interleaved.InterleavedRows.LINE_BYTES;
import static h2eal.runtime.memory.AllMemory.ADDRESSES;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.HALVES_OF_INTS;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.VECTOR_BYTES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import h2eal.runtime.interleaved.code.Fields;
import h2eal.runtime.memory.AllMemory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/// Sums of numbers times rounded inputs of one sub-block, exact, for all rows of a tile: see [Fields].
///
/// A word costs three shifts, four products and four sums, 11 instructions per 64 bytes. Two groups at a time, one of
/// each stream, so that they share the inputs: from the first-level cache 2.4 ns per 64 bytes at 512 bits on a Xeon
/// (where two instructions per cycle would take 2), 1.3 ns on Zen 5. With four, the compiler's order of instructions
/// costs more than the loads it saves. Shifts are those of ints, since the compiler has no shift of shorts by a
/// constant.
///
/// The methods differ in constants only, which the compiler must see. Addresses are cut to [AllMemory#ADDRESSES], one
/// instruction where a check is three. No helper methods: behind some dozens of vector operations the compiler inlines
/// those only, and would box what it passes.
final class FieldDots {

    private static final int OFFSET_NIBBLES = Fields.NIBBLES.offset();
    private static final int OFFSET_FIVES = Fields.FIVES.offset();
    private static final int OFFSET_SIXES = Fields.SIXES.offset();

    private static final int OFFSET_TWOS = Fields.TWOS.offset();
    /// Of all but [Fields#TWOS].
    private static final int SHIFTS = Fields.NIBBLES.shifts();

    private static final int UPPER_HALF = 0xFFFF0000;

    private FieldDots() {}

    /// [Fields#BYTES]: sums are floats.
    ///
    /// @param at byte from [Tile#data] where the sub-block begins
    /// @param block block of the inputs
    /// @param sub where the products go
    static void bytes(Tile tile, int at, int block, int sub) {
        float[] inputs = tile.inputs.exact;
        long data = tile.data + at;
        long stream = tile.stream;
        long products = tile.products(sub);
        int end = tile.end;
        for (int g = tile.first; g < end; g += 2) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                long from = data + (g >> 1) * 8 * LINE_BYTES + part;
                FloatVector a = FloatVector.zero(F);
                FloatVector b = a;
                FloatVector c = a;
                FloatVector d = a;
                int m = block * 32;
                for (long p = from; p < from + 8 * LINE_BYTES; p += LINE_BYTES, m += 4) {
                    IntVector v = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    IntVector w =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p + stream & ADDRESSES, LITTLE_ENDIAN);
                    FloatVector x0 = FloatVector.broadcast(F, inputs[m]);
                    a = ((FloatVector) v.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0)).fma(x0, a);
                    c = ((FloatVector) w.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0)).fma(x0, c);
                    FloatVector x1 = FloatVector.broadcast(F, inputs[m + 1]);
                    b = ((FloatVector) v.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0)).fma(x1, b);
                    d = ((FloatVector) w.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0)).fma(x1, d);
                    FloatVector x2 = FloatVector.broadcast(F, inputs[m + 2]);
                    a = ((FloatVector) v.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0)).fma(x2, a);
                    c = ((FloatVector) w.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0)).fma(x2, c);
                    FloatVector x3 = FloatVector.broadcast(F, inputs[m + 3]);
                    b = ((FloatVector) v.lanewise(ASHR, 24).convert(I2F, 0)).fma(x3, b);
                    d = ((FloatVector) w.lanewise(ASHR, 24).convert(I2F, 0)).fma(x3, d);
                }
                a.add(b)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + g * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
                c.add(d)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + (g + 1) * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// [Fields#LEVELS]: sums are floats. Levels are looked up two at a time, as the upper halves of floats: one for the
    /// lower half of a word and one for the upper. Indices are cut to five bits, of which the table ignores the fifth.
    ///
    /// @param table upper halves of the levels, twice over
    static void levels(Tile tile, int at, int block, int sub, short[] table) {
        float[] inputs = tile.inputs.exact;
        long data = tile.data + at;
        long stream = tile.stream;
        long products = tile.products(sub);
        int end = tile.end;
        ShortVector levels = ShortVector.fromArray(HALVES_OF_INTS, table, 0);
        for (int g = tile.first; g < end; g += 2) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                long from = data + (g >> 1) * 4 * LINE_BYTES + part;
                FloatVector a = FloatVector.zero(F);
                FloatVector b = a;
                FloatVector c = a;
                FloatVector d = a;
                int m = block * 32;
                for (long p = from; p < from + 4 * LINE_BYTES; p += LINE_BYTES, m += 4) {
                    IntVector v = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    IntVector w =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p + stream & ADDRESSES, LITTLE_ENDIAN);
                    IntVector v0 = v.reinterpretAsShorts().selectFrom(levels).reinterpretAsInts();
                    IntVector w0 = w.reinterpretAsShorts().selectFrom(levels).reinterpretAsInts();
                    FloatVector x0 = FloatVector.broadcast(F, inputs[m]);
                    a = v0.lanewise(LSHL, 16).reinterpretAsFloats().fma(x0, a);
                    c = w0.lanewise(LSHL, 16).reinterpretAsFloats().fma(x0, c);
                    FloatVector x1 = FloatVector.broadcast(F, inputs[m + 2]);
                    b = v0.and(UPPER_HALF).reinterpretAsFloats().fma(x1, b);
                    d = w0.and(UPPER_HALF).reinterpretAsFloats().fma(x1, d);
                    IntVector v1 = v.lanewise(LSHR, 4)
                            .reinterpretAsShorts()
                            .selectFrom(levels)
                            .reinterpretAsInts();
                    IntVector w1 = w.lanewise(LSHR, 4)
                            .reinterpretAsShorts()
                            .selectFrom(levels)
                            .reinterpretAsInts();
                    FloatVector x2 = FloatVector.broadcast(F, inputs[m + 16]);
                    a = v1.lanewise(LSHL, 16).reinterpretAsFloats().fma(x2, a);
                    c = w1.lanewise(LSHL, 16).reinterpretAsFloats().fma(x2, c);
                    FloatVector x3 = FloatVector.broadcast(F, inputs[m + 18]);
                    b = v1.and(UPPER_HALF).reinterpretAsFloats().fma(x3, b);
                    d = w1.and(UPPER_HALF).reinterpretAsFloats().fma(x3, d);
                    IntVector v2 = v.lanewise(LSHR, 8)
                            .reinterpretAsShorts()
                            .selectFrom(levels)
                            .reinterpretAsInts();
                    IntVector w2 = w.lanewise(LSHR, 8)
                            .reinterpretAsShorts()
                            .selectFrom(levels)
                            .reinterpretAsInts();
                    FloatVector x4 = FloatVector.broadcast(F, inputs[m + 1]);
                    a = v2.lanewise(LSHL, 16).reinterpretAsFloats().fma(x4, a);
                    c = w2.lanewise(LSHL, 16).reinterpretAsFloats().fma(x4, c);
                    FloatVector x5 = FloatVector.broadcast(F, inputs[m + 3]);
                    b = v2.and(UPPER_HALF).reinterpretAsFloats().fma(x5, b);
                    d = w2.and(UPPER_HALF).reinterpretAsFloats().fma(x5, d);
                    IntVector v3 = v.lanewise(LSHR, 12)
                            .reinterpretAsShorts()
                            .selectFrom(levels)
                            .reinterpretAsInts();
                    IntVector w3 = w.lanewise(LSHR, 12)
                            .reinterpretAsShorts()
                            .selectFrom(levels)
                            .reinterpretAsInts();
                    FloatVector x6 = FloatVector.broadcast(F, inputs[m + 17]);
                    a = v3.lanewise(LSHL, 16).reinterpretAsFloats().fma(x6, a);
                    c = w3.lanewise(LSHL, 16).reinterpretAsFloats().fma(x6, c);
                    FloatVector x7 = FloatVector.broadcast(F, inputs[m + 19]);
                    b = v3.and(UPPER_HALF).reinterpretAsFloats().fma(x7, b);
                    d = w3.and(UPPER_HALF).reinterpretAsFloats().fma(x7, d);
                }
                a.add(b)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + g * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
                c.add(d)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + (g + 1) * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// [Fields#NIBBLES].
    static void nibbles(Tile tile, int at, int block, int sub) {
        int[] multipliers = tile.inputs.multipliers;
        ShortVector offset = IntVector.broadcast(I, -OFFSET_NIBBLES * tile.inputs.sums[block] << 16)
                .reinterpretAsShorts();
        long data = tile.data + at;
        long stream = tile.stream;
        long products = tile.products(sub);
        int end = tile.end;
        for (int g = tile.first; g < end; g += 2) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                long from = data + (g >> 1) * 4 * LINE_BYTES + part;
                ShortVector a = offset;
                ShortVector b = ShortVector.zero(HALVES_OF_INTS);
                ShortVector c = offset;
                ShortVector d = b;
                int m = block * 4 * SHIFTS;
                for (long p = from; p < from + 4 * LINE_BYTES; p += LINE_BYTES, m += SHIFTS) {
                    IntVector v = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    IntVector w =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p + stream & ADDRESSES, LITTLE_ENDIAN);
                    ShortVector x0 = IntVector.broadcast(I, multipliers[m]).reinterpretAsShorts();
                    a = a.add(v.reinterpretAsShorts().mul(x0));
                    c = c.add(w.reinterpretAsShorts().mul(x0));
                    ShortVector x1 = IntVector.broadcast(I, multipliers[m + 1]).reinterpretAsShorts();
                    b = b.add(v.lanewise(LSHR, 4).reinterpretAsShorts().mul(x1));
                    d = d.add(w.lanewise(LSHR, 4).reinterpretAsShorts().mul(x1));
                    ShortVector x2 = IntVector.broadcast(I, multipliers[m + 2]).reinterpretAsShorts();
                    a = a.add(v.lanewise(LSHR, 8).reinterpretAsShorts().mul(x2));
                    c = c.add(w.lanewise(LSHR, 8).reinterpretAsShorts().mul(x2));
                    ShortVector x3 = IntVector.broadcast(I, multipliers[m + 3]).reinterpretAsShorts();
                    b = b.add(v.lanewise(LSHR, 12).reinterpretAsShorts().mul(x3));
                    d = d.add(w.lanewise(LSHR, 12).reinterpretAsShorts().mul(x3));
                }
                IntVector halves = a.add(b).reinterpretAsInts();
                IntVector others = c.add(d).reinterpretAsInts();
                halves.add(halves.lanewise(LSHL, 16))
                        .lanewise(ASHR, 16)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + g * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
                others.add(others.lanewise(LSHL, 16))
                        .lanewise(ASHR, 16)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + (g + 1) * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// [Fields#FIVES].
    static void fives(Tile tile, int at, int block, int sub) {
        int[] multipliers = tile.inputs.multipliers;
        ShortVector offset = IntVector.broadcast(I, -OFFSET_FIVES * tile.inputs.sums[block] << 16)
                .reinterpretAsShorts();
        long data = tile.data + at;
        long stream = tile.stream;
        long products = tile.products(sub);
        int end = tile.end;
        for (int g = tile.first; g < end; g += 2) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                long from = data + (g >> 1) * 5 * LINE_BYTES + part;
                ShortVector a = offset;
                ShortVector b = ShortVector.zero(HALVES_OF_INTS);
                ShortVector c = offset;
                ShortVector d = b;
                int m = block * 5 * SHIFTS;
                for (long p = from; p < from + 5 * LINE_BYTES; p += LINE_BYTES, m += SHIFTS) {
                    IntVector v = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    IntVector w =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p + stream & ADDRESSES, LITTLE_ENDIAN);
                    ShortVector x0 = IntVector.broadcast(I, multipliers[m]).reinterpretAsShorts();
                    a = a.add(v.reinterpretAsShorts().mul(x0));
                    c = c.add(w.reinterpretAsShorts().mul(x0));
                    ShortVector x1 = IntVector.broadcast(I, multipliers[m + 1]).reinterpretAsShorts();
                    b = b.add(v.lanewise(LSHR, 5).reinterpretAsShorts().mul(x1));
                    d = d.add(w.lanewise(LSHR, 5).reinterpretAsShorts().mul(x1));
                    ShortVector x2 = IntVector.broadcast(I, multipliers[m + 2]).reinterpretAsShorts();
                    a = a.add(v.lanewise(LSHR, 10).reinterpretAsShorts().mul(x2));
                    c = c.add(w.lanewise(LSHR, 10).reinterpretAsShorts().mul(x2));
                    ShortVector x3 = IntVector.broadcast(I, multipliers[m + 3]).reinterpretAsShorts();
                    b = b.add(v.lanewise(LSHR, 15).reinterpretAsShorts().mul(x3));
                    d = d.add(w.lanewise(LSHR, 15).reinterpretAsShorts().mul(x3));
                }
                IntVector halves = a.add(b).reinterpretAsInts();
                IntVector others = c.add(d).reinterpretAsInts();
                halves.add(halves.lanewise(LSHL, 16))
                        .lanewise(ASHR, 16)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + g * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
                others.add(others.lanewise(LSHL, 16))
                        .lanewise(ASHR, 16)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + (g + 1) * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// [Fields#SIXES].
    static void sixes(Tile tile, int at, int block, int sub) {
        int[] multipliers = tile.inputs.multipliers;
        ShortVector offset = IntVector.broadcast(I, -OFFSET_SIXES * tile.inputs.sums[block] << 16)
                .reinterpretAsShorts();
        long data = tile.data + at;
        long stream = tile.stream;
        long products = tile.products(sub);
        int end = tile.end;
        for (int g = tile.first; g < end; g += 2) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                long from = data + (g >> 1) * 3 * LINE_BYTES + part;
                ShortVector a = offset;
                ShortVector b = ShortVector.zero(HALVES_OF_INTS);
                ShortVector c = offset;
                ShortVector d = b;
                int m = block * 3 * SHIFTS;
                for (long p = from; p < from + 3 * LINE_BYTES; p += LINE_BYTES, m += SHIFTS) {
                    IntVector v = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    IntVector w =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p + stream & ADDRESSES, LITTLE_ENDIAN);
                    ShortVector x0 = IntVector.broadcast(I, multipliers[m]).reinterpretAsShorts();
                    a = a.add(v.reinterpretAsShorts().mul(x0));
                    c = c.add(w.reinterpretAsShorts().mul(x0));
                    ShortVector x1 = IntVector.broadcast(I, multipliers[m + 1]).reinterpretAsShorts();
                    b = b.add(v.lanewise(LSHR, 6).reinterpretAsShorts().mul(x1));
                    d = d.add(w.lanewise(LSHR, 6).reinterpretAsShorts().mul(x1));
                    ShortVector x2 = IntVector.broadcast(I, multipliers[m + 2]).reinterpretAsShorts();
                    a = a.add(v.lanewise(LSHR, 12).reinterpretAsShorts().mul(x2));
                    c = c.add(w.lanewise(LSHR, 12).reinterpretAsShorts().mul(x2));
                    ShortVector x3 = IntVector.broadcast(I, multipliers[m + 3]).reinterpretAsShorts();
                    b = b.add(v.lanewise(LSHR, 14).reinterpretAsShorts().mul(x3));
                    d = d.add(w.lanewise(LSHR, 14).reinterpretAsShorts().mul(x3));
                }
                IntVector halves = a.add(b).reinterpretAsInts();
                IntVector others = c.add(d).reinterpretAsInts();
                halves.add(halves.lanewise(LSHL, 16))
                        .lanewise(ASHR, 16)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + g * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
                others.add(others.lanewise(LSHL, 16))
                        .lanewise(ASHR, 16)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + (g + 1) * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// [Fields#TWOS].
    static void twos(Tile tile, int at, int block, int sub) {
        int[] multipliers = tile.inputs.multipliers;
        ShortVector offset = IntVector.broadcast(I, -OFFSET_TWOS * tile.inputs.sums[block] << 16)
                .reinterpretAsShorts();
        long data = tile.data + at;
        long stream = tile.stream;
        long products = tile.products(sub);
        int end = tile.end;
        int m = block * 8;
        ShortVector x0 = IntVector.broadcast(I, multipliers[m]).reinterpretAsShorts();
        ShortVector x1 = IntVector.broadcast(I, multipliers[m + 1]).reinterpretAsShorts();
        ShortVector x2 = IntVector.broadcast(I, multipliers[m + 2]).reinterpretAsShorts();
        ShortVector x3 = IntVector.broadcast(I, multipliers[m + 3]).reinterpretAsShorts();
        ShortVector x4 = IntVector.broadcast(I, multipliers[m + 4]).reinterpretAsShorts();
        ShortVector x5 = IntVector.broadcast(I, multipliers[m + 5]).reinterpretAsShorts();
        ShortVector x6 = IntVector.broadcast(I, multipliers[m + 6]).reinterpretAsShorts();
        ShortVector x7 = IntVector.broadcast(I, multipliers[m + 7]).reinterpretAsShorts();
        for (int g = tile.first; g < end; g += 2) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                long p = data + (g >> 1) * LINE_BYTES + part;
                IntVector v = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                IntVector w = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p + stream & ADDRESSES, LITTLE_ENDIAN);
                ShortVector a = offset.add(v.reinterpretAsShorts().mul(x0));
                ShortVector c = offset.add(w.reinterpretAsShorts().mul(x0));
                ShortVector b = v.lanewise(LSHR, 2).reinterpretAsShorts().mul(x1);
                ShortVector d = w.lanewise(LSHR, 2).reinterpretAsShorts().mul(x1);
                a = a.add(v.lanewise(LSHR, 4).reinterpretAsShorts().mul(x2));
                c = c.add(w.lanewise(LSHR, 4).reinterpretAsShorts().mul(x2));
                b = b.add(v.lanewise(LSHR, 6).reinterpretAsShorts().mul(x3));
                d = d.add(w.lanewise(LSHR, 6).reinterpretAsShorts().mul(x3));
                a = a.add(v.lanewise(LSHR, 8).reinterpretAsShorts().mul(x4));
                c = c.add(w.lanewise(LSHR, 8).reinterpretAsShorts().mul(x4));
                b = b.add(v.lanewise(LSHR, 10).reinterpretAsShorts().mul(x5));
                d = d.add(w.lanewise(LSHR, 10).reinterpretAsShorts().mul(x5));
                a = a.add(v.lanewise(LSHR, 12).reinterpretAsShorts().mul(x6));
                c = c.add(w.lanewise(LSHR, 12).reinterpretAsShorts().mul(x6));
                b = b.add(v.lanewise(LSHR, 14).reinterpretAsShorts().mul(x7));
                d = d.add(w.lanewise(LSHR, 14).reinterpretAsShorts().mul(x7));
                IntVector halves = a.add(b).reinterpretAsInts();
                IntVector others = c.add(d).reinterpretAsInts();
                halves.add(halves.lanewise(LSHL, 16))
                        .lanewise(ASHR, 16)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + g * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
                others.add(others.lanewise(LSHL, 16))
                        .lanewise(ASHR, 16)
                        .intoMemorySegment(
                                AllMemory.SEGMENT, products + (g + 1) * LINE_BYTES + part & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }
}

package h2eal.runtime.interleaved;

import static h2eal.runtime.interleaved.InterleavedRows.LINE_BYTES;
import static h2eal.runtime.interleaved.Tile.PRODUCT_BYTES;
import static h2eal.runtime.memory.AllMemory.ADDRESSES;
import static h2eal.runtime.vector.VectorShapes.F;
import static h2eal.runtime.vector.VectorShapes.I;
import static h2eal.runtime.vector.VectorShapes.VECTOR_BYTES;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import h2eal.runtime.block.Halves;
import h2eal.runtime.interleaved.code.KCode;
import h2eal.runtime.interleaved.code.Q2kCode;
import h2eal.runtime.interleaved.code.SignedScalesCode;
import h2eal.runtime.memory.AllMemory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// Adds the products of one block, times their scales, to the sums of all rows of a tile.
///
/// Halves in the upper 16 bits of a lane become floats as [Halves] says.
///
/// No helper methods, for the reason that [FieldDots] gives.
final class ScaledSums {

    private ScaledSums() {}

    /// Q8_0: sub-blocks with a scale each, two scales to a word; products are floats.
    static void floats(Tile tile, int subBlocks) {
        int words = (subBlocks + 1) / 2;
        long heads = tile.heads;
        long stream = tile.stream;
        long firstProducts = tile.products(0);
        long firstSums = tile.sums();
        int end = tile.end;
        for (int g = tile.first; g < end; g++) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                int place = g * LINE_BYTES + part;
                long head = heads + (g & 1) * stream + (g >> 1) * words * LINE_BYTES + part;
                long products = firstProducts + place;
                long sums = firstSums + place;
                long lone = head + (subBlocks % 2 == 0 ? -1L : words - 1) * LINE_BYTES;
                FloatVector sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
                for (long p = head; p < head + words * LINE_BYTES; p += LINE_BYTES) {
                    IntVector secondBits =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    IntVector firstBits = secondBits.lanewise(LSHL, 16);
                    FloatVector firstShifted = firstBits
                            .lanewise(LSHR, 3)
                            .and(Halves.MAGNITUDE)
                            .add(Halves.EXPONENT_SHIFT)
                            .reinterpretAsFloats();
                    FloatVector first = firstShifted
                            .mul(0.5f)
                            .reinterpretAsInts()
                            .min(firstShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                            .or(firstBits.and(Halves.SIGN))
                            .reinterpretAsFloats();
                    FloatVector secondShifted = secondBits
                            .lanewise(LSHR, 3)
                            .and(Halves.MAGNITUDE)
                            .add(Halves.EXPONENT_SHIFT)
                            .reinterpretAsFloats();
                    FloatVector second = secondShifted
                            .mul(0.5f)
                            .reinterpretAsInts()
                            .min(secondShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                            .or(secondBits.and(Halves.SIGN))
                            .reinterpretAsFloats();
                    sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, products & ADDRESSES, LITTLE_ENDIAN)
                            .fma(first, sum);
                    // of an odd last sub-block the second scale is zero
                    products += p == lone ? 0 : PRODUCT_BYTES;
                    sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, products & ADDRESSES, LITTLE_ENDIAN)
                            .fma(second, sum);
                    products += PRODUCT_BYTES;
                }
                sum.intoMemorySegment(AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// Types of levels: sub-blocks with an f32 scale each; products are floats.
    static void levels(Tile tile, int subBlocks) {
        long heads = tile.heads;
        long stream = tile.stream;
        long firstProducts = tile.products(0);
        long firstSums = tile.sums();
        int end = tile.end;
        for (int g = tile.first; g < end; g++) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                int place = g * LINE_BYTES + part;
                long head = heads + (g & 1) * stream + (g >> 1) * subBlocks * LINE_BYTES + part;
                long products = firstProducts + place;
                long sums = firstSums + place;
                FloatVector sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
                for (long p = head; p < head + subBlocks * LINE_BYTES; p += LINE_BYTES, products += PRODUCT_BYTES) {
                    FloatVector scale =
                            FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, products & ADDRESSES, LITTLE_ENDIAN)
                            .fma(scale, sum);
                }
                sum.intoMemorySegment(AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// Q4_0 and Q5_0: sub-blocks with a scale each, two scales to a word.
    ///
    /// @param block first of the blocks of inputs
    static void scales(Tile tile, int block, int subBlocks) {
        float[] inputs = tile.inputs.scales;
        int words = (subBlocks + 1) / 2;
        int last = block + subBlocks - 1;
        long heads = tile.heads;
        long stream = tile.stream;
        long firstProducts = tile.products(0);
        long firstSums = tile.sums();
        int end = tile.end;
        for (int g = tile.first; g < end; g++) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                int place = g * LINE_BYTES + part;
                long head = heads + (g & 1) * stream + (g >> 1) * words * LINE_BYTES + part;
                long products = firstProducts + place;
                long sums = firstSums + place;
                FloatVector sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
                int b = block;
                for (long p = head; p < head + words * LINE_BYTES; p += LINE_BYTES, b += 2) {
                    IntVector secondBits =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    IntVector firstBits = secondBits.lanewise(LSHL, 16);
                    FloatVector firstShifted = firstBits
                            .lanewise(LSHR, 3)
                            .and(Halves.MAGNITUDE)
                            .add(Halves.EXPONENT_SHIFT)
                            .reinterpretAsFloats();
                    FloatVector first = firstShifted
                            .mul(0.5f)
                            .reinterpretAsInts()
                            .min(firstShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                            .or(firstBits.and(Halves.SIGN))
                            .reinterpretAsFloats();
                    FloatVector secondShifted = secondBits
                            .lanewise(LSHR, 3)
                            .and(Halves.MAGNITUDE)
                            .add(Halves.EXPONENT_SHIFT)
                            .reinterpretAsFloats();
                    FloatVector second = secondShifted
                            .mul(0.5f)
                            .reinterpretAsInts()
                            .min(secondShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                            .or(secondBits.and(Halves.SIGN))
                            .reinterpretAsFloats();
                    IntVector product =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, products & ADDRESSES, LITTLE_ENDIAN);
                    sum = ((FloatVector) product.convert(I2F, 0)).mul(inputs[b]).fma(first, sum);
                    product = IntVector.fromMemorySegment(
                            I, AllMemory.SEGMENT, products + PRODUCT_BYTES & ADDRESSES, LITTLE_ENDIAN);
                    // of an odd last sub-block the second scale is zero, and what it meets is finite
                    sum = ((FloatVector) product.convert(I2F, 0))
                            .mul(inputs[Math.min(b + 1, last)])
                            .fma(second, sum);
                    products += 2 * PRODUCT_BYTES;
                }
                sum.intoMemorySegment(AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// Q4_1 and Q5_1: sub-blocks with a scale and a least weight each.
    ///
    /// @param block first of the blocks of inputs
    static void scalesAndLeasts(Tile tile, int block, int subBlocks) {
        float[] inputs = tile.inputs.scales;
        float[] offsets = tile.inputs.offsets;
        float[] inputSums = tile.inputs.scaledSums;
        int words = subBlocks;
        long heads = tile.heads;
        long stream = tile.stream;
        long firstProducts = tile.products(0);
        long firstSums = tile.sums();
        int end = tile.end;
        for (int g = tile.first; g < end; g++) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                int place = g * LINE_BYTES + part;
                long head = heads + (g & 1) * stream + (g >> 1) * words * LINE_BYTES + part;
                long products = firstProducts + place;
                long sums = firstSums + place;
                FloatVector sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
                int b = block;
                for (long p = head; p < head + words * LINE_BYTES; p += LINE_BYTES, b++) {
                    IntVector leastBits =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    IntVector scaleBits = leastBits.lanewise(LSHL, 16);
                    FloatVector scaleShifted = scaleBits
                            .lanewise(LSHR, 3)
                            .and(Halves.MAGNITUDE)
                            .add(Halves.EXPONENT_SHIFT)
                            .reinterpretAsFloats();
                    FloatVector scale = scaleShifted
                            .mul(0.5f)
                            .reinterpretAsInts()
                            .min(scaleShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                            .or(scaleBits.and(Halves.SIGN))
                            .reinterpretAsFloats();
                    FloatVector leastShifted = leastBits
                            .lanewise(LSHR, 3)
                            .and(Halves.MAGNITUDE)
                            .add(Halves.EXPONENT_SHIFT)
                            .reinterpretAsFloats();
                    FloatVector least = leastShifted
                            .mul(0.5f)
                            .reinterpretAsInts()
                            .min(leastShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                            .or(leastBits.and(Halves.SIGN))
                            .reinterpretAsFloats();
                    IntVector product =
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, products & ADDRESSES, LITTLE_ENDIAN);
                    sum = ((FloatVector) product.convert(I2F, 0))
                            .fma(FloatVector.broadcast(F, inputs[b]), FloatVector.broadcast(F, offsets[b]))
                            .fma(scale, sum);
                    sum = least.fma(FloatVector.broadcast(F, inputSums[b]), sum);
                    products += PRODUCT_BYTES;
                }
                sum.intoMemorySegment(AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// Q4_K and Q5_K: eight sub-blocks, with scales and least weights.
    ///
    /// @param block first of eight blocks of inputs
    static void k(Tile tile, int block) {
        float[] inputs = tile.inputs.scales;
        float[] offsets = tile.inputs.offsets;
        float[] inputSums = tile.inputs.scaledSums;
        long heads = tile.heads;
        long stream = tile.stream;
        long firstProducts = tile.products(0);
        long firstSums = tile.sums();
        int end = tile.end;
        for (int g = tile.first; g < end; g++) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                int place = g * LINE_BYTES + part;
                long head = heads + (g & 1) * stream + (g >> 1) * KCode.HEAD_WORDS * LINE_BYTES + part;
                long products = firstProducts + place;
                long sums = firstSums + place;
                IntVector scales =
                        IntVector.fromMemorySegment(I, AllMemory.SEGMENT, head + LINE_BYTES & ADDRESSES, LITTLE_ENDIAN);
                IntVector leasts = IntVector.fromMemorySegment(
                        I, AllMemory.SEGMENT, head + 2 * LINE_BYTES & ADDRESSES, LITTLE_ENDIAN);
                IntVector parts = IntVector.fromMemorySegment(
                        I, AllMemory.SEGMENT, head + 3 * LINE_BYTES & ADDRESSES, LITTLE_ENDIAN);
                FloatVector scaled = FloatVector.zero(F);
                FloatVector least = scaled;
                int k = 0;
                for (long p = products; p < products + 4 * PRODUCT_BYTES; p += PRODUCT_BYTES, k++) {
                    FloatVector product = (FloatVector)
                            IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN)
                                    .convert(I2F, 0);
                    product = product.fma(
                            FloatVector.broadcast(F, inputs[block + k]), FloatVector.broadcast(F, offsets[block + k]));
                    scaled = product.fma((FloatVector) scales.and(63).convert(I2F, 0), scaled);
                    least = FloatVector.broadcast(F, inputSums[block + k])
                            .fma((FloatVector) leasts.and(63).convert(I2F, 0), least);
                    product = (FloatVector) IntVector.fromMemorySegment(
                                    I, AllMemory.SEGMENT, p + 4 * PRODUCT_BYTES & ADDRESSES, LITTLE_ENDIAN)
                            .convert(I2F, 0);
                    product = product.fma(
                            FloatVector.broadcast(F, inputs[block + k + 4]),
                            FloatVector.broadcast(F, offsets[block + k + 4]));
                    IntVector bits = parts.and(15).or(scales.lanewise(LSHR, 2).and(48));
                    scaled = product.fma((FloatVector) bits.convert(I2F, 0), scaled);
                    bits = parts.lanewise(LSHR, 4)
                            .and(15)
                            .or(leasts.lanewise(LSHR, 2).and(48));
                    least = FloatVector.broadcast(F, inputSums[block + k + 4])
                            .fma((FloatVector) bits.convert(I2F, 0), least);
                    scales = scales.lanewise(LSHR, 8);
                    leasts = leasts.lanewise(LSHR, 8);
                    parts = parts.lanewise(LSHR, 8);
                }
                IntVector dMinBits = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, head & ADDRESSES, LITTLE_ENDIAN);
                IntVector dBits = dMinBits.lanewise(LSHL, 16);
                FloatVector dShifted = dBits.lanewise(LSHR, 3)
                        .and(Halves.MAGNITUDE)
                        .add(Halves.EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector d = dShifted.mul(0.5f)
                        .reinterpretAsInts()
                        .min(dShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                        .or(dBits.and(Halves.SIGN))
                        .reinterpretAsFloats();
                FloatVector dMinShifted = dMinBits.lanewise(LSHR, 3)
                        .and(Halves.MAGNITUDE)
                        .add(Halves.EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector dMin = dMinShifted
                        .mul(0.5f)
                        .reinterpretAsInts()
                        .min(dMinShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                        .or(dMinBits.and(Halves.SIGN))
                        .reinterpretAsFloats();
                FloatVector sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
                least.neg()
                        .fma(dMin, scaled.fma(d, sum))
                        .intoMemorySegment(AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// Q2_K: sixteen sub-blocks with scales and least weights.
    ///
    /// @param block first of sixteen blocks of inputs
    static void q2k(Tile tile, int block) {
        float[] inputs = tile.inputs.scales;
        float[] inputSums = tile.inputs.scaledSums;
        float[] offsets = tile.inputs.offsets;
        long heads = tile.heads;
        long stream = tile.stream;
        long firstProducts = tile.products(0);
        long firstSums = tile.sums();
        int end = tile.end;
        for (int g = tile.first; g < end; g++) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                int place = g * LINE_BYTES + part;
                long head = heads + (g & 1) * stream + (g >> 1) * Q2kCode.HEAD_WORDS * LINE_BYTES + part;
                long sums = firstSums + place;
                FloatVector scaled = FloatVector.zero(F);
                FloatVector least = scaled;
                long p = firstProducts + place;
                int k = block;
                for (long h = head; h < head + Q2kCode.PAIR_WORDS * LINE_BYTES; h += LINE_BYTES) {
                    IntVector pairs = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, h & ADDRESSES, LITTLE_ENDIAN);
                    for (int i = 0; i < 4; i++, k++, p += PRODUCT_BYTES) {
                        FloatVector product = (FloatVector)
                                IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN)
                                        .convert(I2F, 0);
                        product =
                                product.fma(FloatVector.broadcast(F, inputs[k]), FloatVector.broadcast(F, offsets[k]));
                        scaled = product.fma((FloatVector) pairs.and(15).convert(I2F, 0), scaled);
                        IntVector bits = pairs.lanewise(LSHR, 4).and(15);
                        least = FloatVector.broadcast(F, inputSums[k]).fma((FloatVector) bits.convert(I2F, 0), least);
                        pairs = pairs.lanewise(LSHR, 8);
                    }
                }
                IntVector dMinBits = IntVector.fromMemorySegment(
                        I, AllMemory.SEGMENT, head + Q2kCode.PAIR_WORDS * LINE_BYTES & ADDRESSES, LITTLE_ENDIAN);
                IntVector dBits = dMinBits.lanewise(LSHL, 16);
                FloatVector dShifted = dBits.lanewise(LSHR, 3)
                        .and(Halves.MAGNITUDE)
                        .add(Halves.EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector d = dShifted.mul(0.5f)
                        .reinterpretAsInts()
                        .min(dShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                        .or(dBits.and(Halves.SIGN))
                        .reinterpretAsFloats();
                FloatVector dMinShifted = dMinBits.lanewise(LSHR, 3)
                        .and(Halves.MAGNITUDE)
                        .add(Halves.EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector dMin = dMinShifted
                        .mul(0.5f)
                        .reinterpretAsInts()
                        .min(dMinShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                        .or(dMinBits.and(Halves.SIGN))
                        .reinterpretAsFloats();
                FloatVector sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
                least.neg()
                        .fma(dMin, scaled.fma(d, sum))
                        .intoMemorySegment(AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }

    /// Q6_K and Q3_K: sixteen sub-blocks with signed scales.
    ///
    /// @param block first of sixteen blocks of inputs
    static void signedScales(Tile tile, int block) {
        float[] inputs = tile.inputs.scales;
        long heads = tile.heads;
        long stream = tile.stream;
        long firstProducts = tile.products(0);
        long firstSums = tile.sums();
        int end = tile.end;
        for (int g = tile.first; g < end; g++) {
            for (int part = 0; part < LINE_BYTES; part += VECTOR_BYTES) {
                int place = g * LINE_BYTES + part;
                long head = heads + (g & 1) * stream + (g >> 1) * SignedScalesCode.HEAD_WORDS * LINE_BYTES + part;
                long products = firstProducts + place;
                long sums = firstSums + place;
                FloatVector scaled = FloatVector.zero(F);
                int sub = 0;
                for (long p = head; p < head + SignedScalesCode.SCALE_WORDS * LINE_BYTES; p += LINE_BYTES, sub += 4) {
                    IntVector scales = IntVector.fromMemorySegment(I, AllMemory.SEGMENT, p & ADDRESSES, LITTLE_ENDIAN);
                    IntVector product = IntVector.fromMemorySegment(
                            I, AllMemory.SEGMENT, products + sub * PRODUCT_BYTES & ADDRESSES, LITTLE_ENDIAN);
                    FloatVector scale = (FloatVector)
                            scales.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
                    scaled = ((FloatVector) product.convert(I2F, 0))
                            .mul(inputs[block + sub])
                            .fma(scale, scaled);
                    product = IntVector.fromMemorySegment(
                            I, AllMemory.SEGMENT, products + (sub + 1) * PRODUCT_BYTES & ADDRESSES, LITTLE_ENDIAN);
                    scale = (FloatVector)
                            scales.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
                    scaled = ((FloatVector) product.convert(I2F, 0))
                            .mul(inputs[block + sub + 1])
                            .fma(scale, scaled);
                    product = IntVector.fromMemorySegment(
                            I, AllMemory.SEGMENT, products + (sub + 2) * PRODUCT_BYTES & ADDRESSES, LITTLE_ENDIAN);
                    scale = (FloatVector)
                            scales.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
                    scaled = ((FloatVector) product.convert(I2F, 0))
                            .mul(inputs[block + sub + 2])
                            .fma(scale, scaled);
                    product = IntVector.fromMemorySegment(
                            I, AllMemory.SEGMENT, products + (sub + 3) * PRODUCT_BYTES & ADDRESSES, LITTLE_ENDIAN);
                    scale = (FloatVector) scales.lanewise(ASHR, 24).convert(I2F, 0);
                    scaled = ((FloatVector) product.convert(I2F, 0))
                            .mul(inputs[block + sub + 3])
                            .fma(scale, scaled);
                }
                IntVector dBits = IntVector.fromMemorySegment(
                                I,
                                AllMemory.SEGMENT,
                                head + SignedScalesCode.SCALE_WORDS * LINE_BYTES & ADDRESSES,
                                LITTLE_ENDIAN)
                        .lanewise(LSHL, 16);
                FloatVector dShifted = dBits.lanewise(LSHR, 3)
                        .and(Halves.MAGNITUDE)
                        .add(Halves.EXPONENT_SHIFT)
                        .reinterpretAsFloats();
                FloatVector d = dShifted.mul(0.5f)
                        .reinterpretAsInts()
                        .min(dShifted.sub(Halves.LEAST_NORMAL).reinterpretAsInts())
                        .or(dBits.and(Halves.SIGN))
                        .reinterpretAsFloats();
                FloatVector sum = FloatVector.fromMemorySegment(F, AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
                scaled.fma(d, sum).intoMemorySegment(AllMemory.SEGMENT, sums & ADDRESSES, LITTLE_ENDIAN);
            }
        }
    }
}

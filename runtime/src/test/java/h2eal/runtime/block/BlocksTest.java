package h2eal.runtime.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/// Single blocks written by hand. Whole models of most types are compared with llama.cpp in `GoldenValuesTest`.
class BlocksTest {

    @Test
    void mxfp4IsAPowerOfTwoTimesAFourBitFloat() {
        ByteBuffer block = block(17);
        block.put(0, (byte) 128); // 2^1
        block.put(1, (byte) 0x71); // weight 0: 0.5, weight 16: 6
        block.put(16, (byte) 0xFA); // weight 15: -1, weight 31: -6
        float[] weights = decode(Blocks32::mxfp4, block, 32);
        assertThat(weights[0]).isEqualTo(1);
        assertThat(weights[16]).isEqualTo(12);
        assertThat(weights[15]).isEqualTo(-2);
        assertThat(weights[31]).isEqualTo(-12);
        assertThat(weights[1]).isZero();
    }

    @Test
    void mxfp4ReachesTheEndsOfItsRange() {
        ByteBuffer block = block(17);
        block.put(1, (byte) 0x72);
        assertThat(decode(Blocks32::mxfp4, block, 32)[0]).isEqualTo(0x1p-127f);
        block.put(0, (byte) 254);
        assertThat(decode(Blocks32::mxfp4, block, 32)[0]).isEqualTo(0x1p127f);
    }

    @Test
    void iq4xsTakesLevelsTimesASixBitScale() {
        ByteBuffer block = block(136);
        block.putShort(0, Float.floatToFloat16(0.5f));
        block.putShort(2, (short) (2 << 2 | 1 << 14)); // high scale bits: sub-block 1 has 2, sub-block 7 has 1
        block.put(4, (byte) 0x50); // low scale bits of sub-block 1: 5, so 37 - 32 = 5
        block.put(7, (byte) 0xF0); // sub-block 7: 31 - 32 = -1
        block.put(8 + 16, (byte) 0xF0); // sub-block 1: weight 0 has level -127, weight 16 level 113
        block.put(8 + 7 * 16 + 15, (byte) 0x0F); // sub-block 7: weight 15 has level 113, weight 31 level -127
        float[] weights = decode(Blocks256::iq4xs, block, 256);
        assertThat(weights[32]).isEqualTo(0.5f * 5 * -127);
        assertThat(weights[32 + 16]).isEqualTo(0.5f * 5 * 113);
        assertThat(weights[7 * 32 + 15]).isEqualTo(0.5f * -1 * 113);
        assertThat(weights[7 * 32 + 31]).isEqualTo(0.5f * -1 * -127);
        assertThat(weights[0]).isEqualTo(0.5f * -32 * -127);
    }

    @Test
    void q6kPutsFourBitsBelowTwo() {
        ByteBuffer block = block(210);
        block.putShort(208, Float.floatToFloat16(2));
        block.put(192 + 2 + 8, (byte) -3); // scale of sub-block 10: weights 160..175
        block.put(64 + 32, (byte) 0x0D); // low bits of weight 160
        block.put(128 + 32, (byte) (2 << 2)); // its high bits
        assertThat(decode(Blocks256::q6k, block, 256)[160]).isEqualTo(2f * -3 * (0x2D - 32));
    }

    @Test
    void q4kAndQ5kShareTheirScales() {
        ByteBuffer block = block(176);
        block.putShort(0, Float.floatToFloat16(1));
        block.putShort(2, Float.floatToFloat16(0.25f));
        block.put(4 + 2, (byte) (2 << 6)); // two high bits of the scale of sub-block 6
        block.put(4 + 6, (byte) (1 << 6)); // two high bits of its least
        block.put(4 + 10, (byte) 0x37); // low bits: scale 7, least 3
        float offset = 0.25f * (16 + 3);
        ByteBuffer four = ByteBuffer.wrap(block.array().clone()).order(ByteOrder.LITTLE_ENDIAN);
        four.put(16 + 3 * 32 + 5, (byte) 0x0B);
        assertThat(decode(Blocks256::q4k, four, 256)[6 * 32 + 5]).isEqualTo((32 + 7) * 11 - offset);
        block.put(48 + 3 * 32 + 5, (byte) 0x0B);
        block.put(16 + 5, (byte) (1 << 6));
        assertThat(decode(Blocks256::q5k, block, 256)[6 * 32 + 5]).isEqualTo((32 + 7) * (11 + 16) - offset);
    }

    private static ByteBuffer block(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static float[] decode(BlockDecoder decoder, ByteBuffer block, int count) {
        float[] weights = new float[count + 2];
        decoder.decode(MemorySegment.ofArray(block.array()), 0, weights, 1);
        assertThat(weights[0]).isZero();
        assertThat(weights[count + 1]).isZero();
        float[] decoded = new float[count];
        System.arraycopy(weights, 1, decoded, 0, count);
        return decoded;
    }
}

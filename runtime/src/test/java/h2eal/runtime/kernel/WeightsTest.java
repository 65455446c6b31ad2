package h2eal.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class WeightsTest {

    @Test
    void q8BlockIsScaleTimesSignedByte() {
        Weights weights = weights(WeightType.Q8_0, 1, 32);
        weights.data().set(Weights.SHORT, 0, Float.floatToFloat16(0.5f));
        for (int i = 0; i < 32; i++) {
            weights.data().set(ValueLayout.JAVA_BYTE, 2 + i, (byte) (i * 8 - 128));
        }
        float[] row = new float[32];
        weights.read(0, row, 0);
        for (int i = 0; i < 32; i++) {
            assertThat(row[i]).isEqualTo(0.5f * (i * 8 - 128));
        }
    }

    @Test
    void q4BlockHoldsItsFirstHalfInTheLowNibbles() {
        Weights weights = weights(WeightType.Q4_0, 1, 32);
        weights.data().set(Weights.SHORT, 0, Float.floatToFloat16(2f));
        for (int i = 0; i < 16; i++) {
            weights.data().set(ValueLayout.JAVA_BYTE, 2 + i, (byte) (i | (15 - i) << 4));
        }
        float[] row = new float[32];
        weights.read(0, row, 0);
        for (int i = 0; i < 16; i++) {
            assertThat(row[i]).isEqualTo(2f * (i - 8));
            assertThat(row[i + 16]).isEqualTo(2f * (7 - i));
        }
    }

    @Test
    void halfPrecisionsDecodeExactly() {
        Weights f16 = weights(WeightType.F16, 2, 3);
        Weights bf16 = weights(WeightType.BF16, 2, 3);
        float[] values = {1.5f, -0.25f, 96};
        for (int i = 0; i < 3; i++) {
            f16.data().set(Weights.SHORT, 6 + 2L * i, Float.floatToFloat16(values[i]));
            bf16.data().set(Weights.SHORT, 6 + 2L * i, (short) (Float.floatToIntBits(values[i]) >> 16));
        }
        float[] row = new float[4];
        f16.read(1, row, 1);
        assertThat(row).containsExactly(0, 1.5f, -0.25f, 96);
        bf16.read(1, row, 0);
        assertThat(row).containsExactly(1.5f, -0.25f, 96, 96);
    }

    @Test
    void sizesThatDoNotFitAreNamed() {
        MemorySegment data = Arena.ofAuto().allocate(34);
        assertThatThrownBy(() -> new Weights(data, WeightType.Q8_0, 2, 32))
                .hasMessageContaining("2 x 32 weights of Q8_0 occupy 68 bytes, not 34");
        assertThatThrownBy(() -> new Weights(data, WeightType.Q8_0, 1, 33)).hasMessageContaining("multiple of 32");
    }

    private static Weights weights(WeightType type, int rows, int columns) {
        return new Weights(Arena.ofAuto().allocate(rows * type.rowBytes(columns), 64), type, rows, columns);
    }
}

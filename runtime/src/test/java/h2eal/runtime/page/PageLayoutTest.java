package h2eal.runtime.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PageLayoutTest {

    private static final int[][] SIZES = {{1, 1}, {16, 4}, {32, 64}, {64, 64}, {80, 48}, {96, 16}, {128, 128}};

    @ParameterizedTest
    @EnumSource(KvType.class)
    void storedTokensReadBackWhateverTheOrderOfWriting(KvType type) {
        Random random = new Random(7);
        for (int[] size : SIZES) {
            PageLayout layout = new PageLayout(type, size[0], size[1]);
            MemorySegment memory = Arena.ofAuto().allocate(64 + layout.pageBytes(), PageLayout.ALIGNMENT);
            float[] keys = gaussian(random, size[0] * size[1]);
            float[] values = gaussian(random, size[0] * size[1]);
            for (int slot = size[1] - 1; slot >= 0; slot--) {
                layout.store(memory, 64, slot, keys, values, slot * size[0]);
            }
            for (int i = 0; i < keys.length; i++) {
                int slot = i / size[0];
                float key = layout.key(memory, 64, slot, i % size[0]);
                float value = layout.value(memory, 64, slot, i % size[0]);
                assertThat(key).isCloseTo(keys[i], within(error(type, keys, slot, size[0], keys[i])));
                assertThat(value).isCloseTo(values[i], within(error(type, values, slot, size[0], values[i])));
            }
        }
    }

    /// Half of the last place of the format at that number.
    private static float error(KvType type, float[] numbers, int slot, int headSize, float number) {
        float largest = 0;
        for (int i = 0; i < headSize; i++) {
            largest = Math.max(largest, Math.abs(numbers[slot * headSize + i]));
        }
        return switch (type) {
            case F32 -> 0;
            case F16 -> Math.max(0x1p-14f, Math.abs(number) * 0x1p-11f);
            case BF16 -> Math.abs(number) * 0x1p-8f;
            case Q8 -> largest / 127 * 0.501f;
            case Q4 -> largest / 7 * 0.501f;
        };
    }

    @Test
    void halfBytesReachFromMinusEightToSeven() {
        PageLayout layout = new PageLayout(KvType.Q4, 3, 2);
        MemorySegment memory = Arena.ofAuto().allocate(layout.pageBytes(), PageLayout.ALIGNMENT);
        layout.store(memory, 0, 0, new float[] {-8, 7, 3}, new float[] {8, -7, 0}, 0);
        layout.store(memory, 0, 1, new float[] {0, 0, 0}, new float[] {0.5f, 0, -4}, 0);
        assertThat(layout.key(memory, 0, 0, 0)).isEqualTo(-8);
        assertThat(layout.key(memory, 0, 0, 1)).isEqualTo(7);
        assertThat(layout.key(memory, 0, 0, 2)).isEqualTo(3);
        assertThat(layout.value(memory, 0, 0, 0)).isEqualTo(8);
        assertThat(layout.value(memory, 0, 0, 1)).isCloseTo(-7, within(8 / 7f));
        assertThat(layout.key(memory, 0, 1, 1)).isZero();
        assertThat(layout.value(memory, 0, 1, 0)).isEqualTo(0.5f);
        assertThat(layout.value(memory, 0, 1, 2)).isEqualTo(-4);
    }

    @ParameterizedTest
    @EnumSource(
            value = KvType.class,
            names = {"Q8", "Q4"})
    void tiniestNumbersStayWithinTheirBits(KvType type) {
        PageLayout layout = new PageLayout(type, 2, 64);
        MemorySegment memory = Arena.ofAuto().allocate(layout.pageBytes(), PageLayout.ALIGNMENT);
        for (int units = 1; units < 64; units++) {
            float tiny = units * 3 * Float.MIN_VALUE;
            layout.store(memory, 0, units, new float[] {tiny, -tiny}, new float[] {0, tiny}, 0);
            assertThat(layout.key(memory, 0, units, 0)).isBetween(0f, tiny * 2);
            assertThat(layout.key(memory, 0, units, 1)).isBetween(-tiny * 2, 0f);
            assertThat(layout.value(memory, 0, units, 0)).isZero();
        }
    }

    @Test
    void halvesSaturateAndTinyOnesVanish() {
        PageLayout layout = new PageLayout(KvType.F16, 3, 1);
        MemorySegment memory = Arena.ofAuto().allocate(layout.pageBytes(), PageLayout.ALIGNMENT);
        float[] numbers = {1e30f, -1e30f, 0x1p-15f};
        layout.store(memory, 0, 0, numbers, numbers, 0);
        assertThat(layout.key(memory, 0, 0, 0)).isEqualTo(65504);
        assertThat(layout.key(memory, 0, 0, 1)).isEqualTo(-65504);
        assertThat(layout.value(memory, 0, 0, 2)).isEqualTo(0);
    }

    @Test
    void upperHalvesOfFloatsAreRoundedToTheNearest() {
        PageLayout layout = new PageLayout(KvType.BF16, 6, 1);
        MemorySegment memory = Arena.ofAuto().allocate(layout.pageBytes(), PageLayout.ALIGNMENT);
        float[] numbers = {Float.MAX_VALUE, -Float.MAX_VALUE, 0x1p-127f, 0x1.01p0f, 0x1.03p0f, -0x1.0101p0f};
        float[] stored = {0x1.FEp127f, -0x1.FEp127f, 0, 1, 0x1.04p0f, -0x1.02p0f};
        layout.store(memory, 0, 0, numbers, numbers, 0);
        for (int i = 0; i < numbers.length; i++) {
            assertThat(layout.key(memory, 0, 0, i)).isEqualTo(stored[i]);
            assertThat(layout.value(memory, 0, 0, i)).isEqualTo(stored[i]);
        }
    }

    @Test
    void pagesOfCommonShapesHaveNoPadding() {
        assertThat(new PageLayout(KvType.F16, 64, 64).pageBytes()).isEqualTo(16 << 10);
        assertThat(new PageLayout(KvType.F32, 128, 64).pageBytes()).isEqualTo(64 << 10);
        assertThat(new PageLayout(KvType.Q8, 64, 64).pageBytes()).isEqualTo((8 << 10) + 512);
        assertThat(new PageLayout(KvType.Q4, 64, 64).pageBytes()).isEqualTo((4 << 10) + 512);
    }

    static float[] gaussian(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}

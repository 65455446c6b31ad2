package h2eal.runtime.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.model.ModelShape;
import h2eal.runtime.Engine;
import h2eal.runtime.Generation;
import h2eal.runtime.GenerationListener;
import h2eal.runtime.GenerationOptions;
import h2eal.runtime.SessionOptions;
import h2eal.runtime.kernel.WeightType;
import h2eal.runtime.kernel.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomModelTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void modelHasTheShapeAskedForAndRuns(WeightType weights) throws IOException {
        TensorType type = TensorType.valueOf(weights.name());
        ModelShape shape = new ModelShape("random", 2, 256, 8, 2, 32, 512, 300, 1, 1, false, 512);
        Path path = folder.resolve("random.gguf");
        RandomModel.write(path, shape, type, 3);
        try (Engine engine = Engine.open(path, 1)) {
            assertThat(engine.shape()).isEqualTo(shape);
            assertThat(engine.file().require("blk.1.ffn_up.weight").type()).isEqualTo(type);
            Generation generation = engine.generate(
                    "Hello", SessionOptions.dense(), GenerationOptions.greedy(3), GenerationListener.NONE);
            assertThat(generation.promptTokens()).isEqualTo(5);
            assertThat(generation.tokens()).hasSize(3);
        }
    }

    @Test
    void everyTypeThatIsComputedWithCanBeRandom() {
        assertThat(RandomModel.TYPES)
                .extracting(TensorType::name)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(WeightType.values()).map(Enum::name).toList());
    }

    /// Else exponentials overflow, and what is timed is arithmetic on infinities.
    @ParameterizedTest
    @EnumSource
    void weightsAreSmallAndAverageNearZero(WeightType weights) throws IOException {
        TensorType type = TensorType.valueOf(weights.name());
        Path path = folder.resolve("random.gguf");
        RandomModel.write(path, new ModelShape("random", 1, 256, 8, 2, 32, 512, 300, 1, 1, false, 512), type, 3);
        try (GgufFile file = GgufFile.open(path)) {
            Tensor tensor = file.require("blk.0.ffn_up.weight");
            Weights rows = new Weights(tensor.data(), weights, 512, 256);
            float[] numbers = new float[512 * 256];
            for (int row = 0; row < 512; row++) {
                rows.read(row, numbers, row * 256);
            }
            double sum = 0;
            for (float number : numbers) {
                assertThat(Math.abs(number)).isLessThan(0.041f);
                sum += number;
            }
            assertThat(sum / numbers.length).isCloseTo(0, within(2e-3));
        }
    }

    @Test
    void rowsMustBeWholeBlocks() {
        ModelShape shape = new ModelShape("random", 1, 48, 2, 1, 24, 64, 300, 1, 1, true, 512);
        assertThatThrownBy(() -> RandomModel.write(folder.resolve("x.gguf"), shape, TensorType.Q8_0, 3))
                .hasMessage("rows of Q8_0 must be a multiple of 32 long: 48");
    }
}

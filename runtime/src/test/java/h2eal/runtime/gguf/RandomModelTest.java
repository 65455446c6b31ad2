package h2eal.runtime.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.model.ModelShape;
import h2eal.runtime.Engine;
import h2eal.runtime.Generation;
import h2eal.runtime.GenerationListener;
import h2eal.runtime.GenerationOptions;
import h2eal.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomModelTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "Q8_0", "Q4_0"})
    void modelHasTheShapeAskedForAndRuns(TensorType type) throws IOException {
        ModelShape shape = new ModelShape("random", 2, 64, 4, 2, 32, 96, 300, 1, 1, false, 512);
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
    void rowsMustBeWholeBlocks() {
        ModelShape shape = new ModelShape("random", 1, 48, 2, 1, 24, 64, 300, 1, 1, true, 512);
        assertThatThrownBy(() -> RandomModel.write(folder.resolve("x.gguf"), shape, TensorType.Q8_0, 3))
                .hasMessage("rows of Q8_0 must be a multiple of 32 long: 48");
    }
}

package h2eal.lab.speed;

import h2eal.attention.HeadMap;
import h2eal.model.ModelShape;
import h2eal.runtime.Engine;
import h2eal.runtime.gguf.RandomModel;
import h2eal.runtime.gguf.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// An open model for measurements of speed: a GGUF file, or random weights of a real shape, whose file lasts as long as
/// it is open.
///
/// @param engine the open model
/// @param temporary the file of random weights
public record MeasuredModel(Engine engine, Optional<Path> temporary) implements AutoCloseable {

    private static final long SEED = 1;

    /// Opens a model file.
    public static MeasuredModel of(Path file, int threads) {
        return new MeasuredModel(Engine.open(file, threads), Optional.empty());
    }

    /// Writes a model of `shape` to `file`, which stays, and opens it.
    public static MeasuredModel random(ModelShape shape, TensorType type, Path file, int threads) throws IOException {
        RandomModel.write(file, shape, type, SEED);
        return of(file, threads);
    }

    /// Writes and opens a model of `shape`.
    public static MeasuredModel random(ModelShape shape, TensorType type, int threads) throws IOException {
        Path file = Files.createTempFile("h2eal-" + shape.name(), ".gguf");
        try {
            RandomModel.write(file, shape, type, SEED);
            return new MeasuredModel(Engine.open(file, threads), Optional.of(file));
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    /// Every other KV head streams: noise has no heads to classify.
    public HeadMap everyOther() {
        ModelShape shape = engine.shape();
        boolean[][] retrieval = new boolean[shape.layers()][shape.kvHeads()];
        for (boolean[] layer : retrieval) {
            for (int head = 0; head < layer.length; head += 2) {
                layer[head] = true;
            }
        }
        return HeadMap.of(retrieval);
    }

    @Override
    public void close() throws IOException {
        engine.close();
        if (temporary.isPresent()) {
            Files.deleteIfExists(temporary.get());
        }
    }
}

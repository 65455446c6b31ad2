package h2eal.lab.measure;

import h2eal.attention.HeadMap;
import h2eal.model.ModelShape;
import h2eal.runtime.Engine;
import h2eal.runtime.gguf.RandomModel;
import h2eal.runtime.gguf.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A model of a real shape with random Q8_0 weights, for measurements of speed only. Its file lasts as long as it is
/// open.
///
/// @param engine the open model
public record NoiseModel(Path file, Engine engine) implements AutoCloseable {

    /// Writes and opens a model of `shape`.
    public static NoiseModel open(ModelShape shape, int threads) throws IOException {
        Path file = Files.createTempFile("h2eal-" + shape.name(), ".gguf");
        try {
            RandomModel.write(file, shape, TensorType.Q8_0, 1);
            return new NoiseModel(file, Engine.open(file, threads));
        } catch (IOException | RuntimeException failure) {
            Files.deleteIfExists(file);
            throw failure;
        }
    }

    /// Every other KV head streams: noise has no heads to classify.
    public static HeadMap everyOther(ModelShape shape) {
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
        Files.deleteIfExists(file);
    }
}

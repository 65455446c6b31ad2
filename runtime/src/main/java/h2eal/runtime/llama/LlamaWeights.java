package h2eal.runtime.llama;

import h2eal.model.ModelShape;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.Tensor;
import h2eal.runtime.gguf.TensorType;
import h2eal.runtime.interleaved.InterleavedRows;
import h2eal.runtime.kernel.WeightType;
import h2eal.runtime.kernel.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// All weights of a model. Matrices stay where they are in the mapped file; vectors are copied to f32.
///
/// @param embedding one row per token
/// @param output the matrix from the residual stream to logits; the embedding itself when tied
record LlamaWeights(Weights embedding, List<LlamaLayer> layers, float[] outputNorm, Linear output) {

    static final String EMBEDDING = "token_embd.weight";
    static final String OUTPUT = "output.weight";

    LlamaWeights {
        layers = List.copyOf(layers);
    }

    /// Finds and checks every tensor of the model in `file`.
    ///
    /// @throws GgufException if one is missing, has another shape than the configuration says, or a type that the
    ///     kernels do not know, or if the file holds weights that the architecture has no use for
    static LlamaWeights of(GgufFile file, LlamaConfig config) {
        Loader loader = new Loader(file);
        ModelShape shape = config.shape();
        List<LlamaLayer> layers = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            layers.add(loader.layer("blk.%d.".formatted(layer), config));
        }
        Weights embedding = loader.matrix(EMBEDDING, shape.vocabulary(), shape.width());
        float[] outputNorm = loader.vector("output_norm.weight", shape.width());
        Linear output = shape.tiedOutput()
                ? new Linear(embedding, Optional.empty())
                : loader.linear("output", shape.vocabulary(), shape.width());
        loader.refuseUnused();
        return new LlamaWeights(embedding, layers, outputNorm, output);
    }

    /// The numbers of a one-dimensional tensor.
    static float[] vector(GgufFile file, String name, int size) {
        return new Loader(file).vector(name, size);
    }

    /// The same weights with copies of quantised matrices whose rows lie side by side. Prompts and embeddings go on to
    /// use the file; what the copies were made of leaves physical memory for now.
    ///
    /// @param arena owner of the copies
    LlamaWeights interleave(Arena arena) {
        UnaryOperator<Linear> change = linear -> linear.interleave(arena);
        return new LlamaWeights(
                embedding,
                layers.stream().map(layer -> layer.with(change)).toList(),
                outputNorm,
                output.interleave(arena));
    }

    /// Bytes of the matrices that a decode step reads.
    long bytesPerStep() {
        return matrices()
                .mapToLong(matrix -> matrix.interleaved()
                        .map(InterleavedRows::bytes)
                        .orElse(matrix.data().byteSize()))
                .sum();
    }

    /// Bytes of the copies that [#interleave] makes.
    long interleavedBytes() {
        return matrices().mapToLong(Weights::interleavedBytes).sum();
    }

    /// Bytes of the copies of matrices.
    long copyBytes() {
        return matrices()
                .flatMap(matrix -> matrix.interleaved().stream())
                .mapToLong(InterleavedRows::bytes)
                .sum();
    }

    /// Whether a matrix is stored as `type`.
    boolean has(WeightType type) {
        return matrices().anyMatch(matrix -> matrix.type() == type);
    }

    private Stream<Weights> matrices() {
        return Stream.concat(Stream.of(output), layers.stream().flatMap(LlamaLayer::matrices))
                .map(Linear::weights);
    }

    /// Remembers which tensors were asked for.
    private static final class Loader {

        private final GgufFile file;
        private final Set<String> used = new HashSet<>();

        private Loader(GgufFile file) {
            this.file = file;
        }

        private LlamaLayer layer(String prefix, LlamaConfig config) {
            ModelShape shape = config.shape();
            int width = shape.width();
            int queries = shape.queryHeads() * shape.headSize();
            int keys = shape.kvHeads() * shape.headSize();
            boolean norms = config.architecture().normalisesHeads();
            boolean normsAfter = config.architecture().isGemma();
            List<Linear> projections = parts(
                    prefix + "attn_qkv",
                    List.of(prefix + "attn_q", prefix + "attn_k", prefix + "attn_v"),
                    width,
                    queries,
                    keys,
                    keys);
            List<Linear> gates = parts(
                    prefix + "ffn_up",
                    List.of(prefix + "ffn_gate", prefix + "ffn_up"),
                    width,
                    shape.ffnWidth(),
                    shape.ffnWidth());
            return new LlamaLayer(
                    vector(prefix + "attn_norm.weight", width),
                    projections.get(0),
                    projections.get(1),
                    projections.get(2),
                    norms ? Optional.of(vector(prefix + "attn_q_norm.weight", shape.headSize())) : Optional.empty(),
                    norms ? Optional.of(vector(prefix + "attn_k_norm.weight", shape.headSize())) : Optional.empty(),
                    linear(prefix + "attn_output", width, queries),
                    normsAfter ? Optional.of(vector(prefix + "post_attention_norm.weight", width)) : Optional.empty(),
                    vector(prefix + "ffn_norm.weight", width),
                    gates.get(0),
                    gates.get(1),
                    linear(prefix + "ffn_down", width, shape.ffnWidth()),
                    normsAfter ? Optional.of(vector(prefix + "post_ffw_norm.weight", width)) : Optional.empty());
        }

        /// Layers that a file holds one by one, or one below the other in the matrix `fused` (Phi 3).
        private List<Linear> parts(String fused, List<String> names, int columns, int... rows) {
            if (file.find(names.getFirst() + ".weight").isPresent()
                    || file.find(fused + ".weight").isEmpty()) {
                return IntStream.range(0, rows.length)
                        .mapToObj(part -> linear(names.get(part), rows[part], columns))
                        .toList();
            }
            Linear whole = linear(fused, IntStream.of(rows).sum(), columns);
            List<Linear> parts = new ArrayList<>();
            int from = 0;
            for (int count : rows) {
                int start = from;
                long rowBytes = whole.weights().rowBytes();
                MemorySegment data = whole.weights().data().asSlice(start * rowBytes, count * rowBytes);
                parts.add(new Linear(
                        new Weights(data, whole.weights().type(), count, columns),
                        whole.bias().map(bias -> Arrays.copyOfRange(bias, start, start + count))));
                from += count;
            }
            return parts;
        }

        private Linear linear(String name, int rows, int columns) {
            String bias = name + ".bias";
            return new Linear(
                    matrix(name + ".weight", rows, columns),
                    file.find(bias).isPresent() ? Optional.of(vector(bias, rows)) : Optional.empty());
        }

        private Weights matrix(String name, int rows, int columns) {
            Tensor tensor = require(name, List.of((long) columns, (long) rows));
            return new Weights(tensor.data(), type(tensor), rows, columns);
        }

        private float[] vector(String name, int size) {
            Tensor tensor = require(name, List.of((long) size));
            float[] values = new float[size];
            new Weights(tensor.data(), type(tensor), 1, size).read(0, values, 0);
            return values;
        }

        private Tensor require(String name, List<Long> shape) {
            Tensor tensor = file.require(name);
            if (!tensor.shape().equals(shape)) {
                throw file.invalid(
                        "tensor " + name,
                        "has shape %s, the metadata ask for %s"
                                .formatted(
                                        tensor.shapeText(),
                                        shape.stream().map(String::valueOf).collect(Collectors.joining(" x "))));
            }
            used.add(name);
            return tensor;
        }

        private WeightType type(Tensor tensor) {
            TensorType type = tensor.type();
            return Arrays.stream(WeightType.values())
                    .filter(known -> known.name().equals(type.name()))
                    .findFirst()
                    .orElseThrow(() -> file.invalid(
                            "tensor " + tensor.name(),
                            "type %s is not supported, supported are %s"
                                    .formatted(type, Arrays.toString(WeightType.values()))));
        }

        /// A weight that nobody reads is a model that computes something else.
        private void refuseUnused() {
            for (String name : file.tensors().keySet()) {
                boolean describesRope = name.contains("rope_freqs")
                        || name.startsWith("rope_factors_")
                        || name.contains("attn_rot_embd");
                if (!used.contains(name) && !describesRope) {
                    throw file.invalid("tensor " + name, "has no place in this architecture");
                }
            }
        }
    }
}

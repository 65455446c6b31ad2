import com.github.tjake.jlama.math.ActivationFunction;
import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.DistributedContext;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.safetensors.DType;
import com.github.tjake.jlama.safetensors.TensorInfo;
import com.github.tjake.jlama.safetensors.WeightLoader;
import com.github.tjake.jlama.tensor.AbstractTensor;
import com.github.tjake.jlama.tensor.FloatBufferTensor;
import com.github.tjake.jlama.tensor.KvBufferCache;
import com.github.tjake.jlama.tensor.TensorShape;
import com.github.tjake.jlama.tensor.operations.TensorOperationsProvider;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.Metadata;
import h2eal.runtime.gguf.Tensor;
import h2eal.runtime.kernel.WeightType;
import h2eal.runtime.kernel.Weights;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/// Times Jlama on the weights of a GGUF file of the Llama architecture; prints one JSON line per depth.
/// usage: java -cp LIBRARIES JlamaSpeed.java MODEL THREADS DEPTHS STEPS PROMPT FOLDER
///
/// Jlama reads safetensors only, and multiplies with weights of F32, BF16 and its own Q4 (20 bytes for 32 weights), not
/// of I8: the file's weights are handed to it as Q4, its fastest, and quantised by its own code. A context of any depth
/// is made from a short one by repeating its keys and values: what the numbers are does not change how long they take.
final class JlamaSpeed {

    private static final int SEED = 64;
    private static final int WARM_UP = 4;
    private static final int FIRST_PROMPT = 512;

    private final AbstractModel model;
    private final KvBufferCache.KvBuffer cache;
    private final AbstractTensor logits;
    private int position;

    private JlamaSpeed(AbstractModel model) {
        this.model = model;
        cache = new KvBufferCache(model).getKvBuffer(UUID.randomUUID());
        logits = model.makeDenseTensor(model.getConfig().vocabularySize);
    }

    public static void main(String[] args) throws IOException {
        int threads = Integer.parseInt(args[1]);
        int[] depths = Arrays.stream(args[2].split(",")).mapToInt(Integer::parseInt).toArray();
        int steps = Integer.parseInt(args[3]);
        int prompt = Integer.parseInt(args[4]);
        Path folder = Files.createDirectories(Path.of(args[5]));
        try (GgufFile file = GgufFile.open(Path.of(args[0]))) {
            int context = Arrays.stream(depths).max().orElseThrow() + FIRST_PROMPT + steps + WARM_UP;
            Files.writeString(folder.resolve("config.json"), config(file, context));
            Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0}}}");
            JlamaSpeed jlama = new JlamaSpeed(ModelSupport.loadModel(
                    AbstractModel.InferenceType.FULL_GENERATION, folder.toFile(), null, DType.F32, DType.I8,
                    Optional.empty(), Optional.of(threads), Optional.empty(), ignored -> new GgufWeights(file)));
            jlama.measure(depths, steps, prompt);
        }
        System.exit(0);
    }

    private static String config(GgufFile file, int context) {
        Metadata metadata = file.metadata();
        int heads = metadata.requirePositive("llama.attention.head_count");
        return """
                {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "max_position_embeddings": %d,
                "hidden_size": %d, "intermediate_size": %d, "num_attention_heads": %d, "num_key_value_heads": %d,
                "num_hidden_layers": %d, "rms_norm_eps": %s, "vocab_size": %d, "bos_token_id": 0, "eos_token_id": 0,
                "hidden_act": "silu", "rope_theta": %s}
                """.formatted(
                context,
                metadata.requirePositive("llama.embedding_length"),
                metadata.requirePositive("llama.feed_forward_length"),
                heads,
                metadata.integer("llama.attention.head_count_kv").orElse(heads),
                metadata.requirePositive("llama.block_count"),
                metadata.real("llama.attention.layer_norm_rms_epsilon").orElseThrow(),
                file.require("token_embd.weight").rows(),
                metadata.real("llama.rope.freq_base").orElse(10_000.0));
    }

    private void measure(int[] depths, int steps, int prompt) {
        prefill(SEED);
        Times fromEmpty = Times.of(1, () -> prefill(FIRST_PROMPT));
        for (int depth : depths) {
            position = 0;
            prefill(Math.min(SEED, depth - prompt));
            grow(depth - prompt);
            Times prefill = Times.of(1, () -> append(prompt));
            IntStream.range(0, WARM_UP).forEach(i -> step());
            Times decode = Times.of(steps, this::step);
            System.out.printf(
                    "{\"depth\": %d, \"operations\": \"%s\", %s, \"prefill\": {\"tokens\": %d, %s},"
                            + " \"prefillFromEmpty\": [{\"tokens\": %d, %s}]}%n",
                    depth, TensorOperationsProvider.get().name(), decode, prompt, prefill, FIRST_PROMPT, fromEmpty);
        }
    }

    /// Milliseconds of equal pieces of work, by the wall and by the processors, the shortest first.
    private record Times(double[] wall, double[] cpu) {

        static Times of(int pieces, Runnable piece) {
            OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            Times times = new Times(new double[pieces], new double[pieces]);
            for (int i = 0; i < pieces; i++) {
                long cpu = process.getProcessCpuTime();
                long start = System.nanoTime();
                piece.run();
                times.wall[i] = (System.nanoTime() - start) / 1e6;
                times.cpu[i] = (process.getProcessCpuTime() - cpu) / 1e6;
            }
            Arrays.sort(times.wall);
            Arrays.sort(times.cpu);
            return times;
        }

        @Override
        public String toString() {
            int middle = wall.length / 2;
            return "\"median\": %f, \"least\": %f, \"cpu\": %f".formatted(wall[middle], wall[0], cpu[middle]);
        }
    }

    private void prefill(int tokens) {
        position = 0;
        append(tokens);
    }

    private void append(int tokens) {
        int[] prompt = IntStream.range(0, tokens).map(i -> 65 + i * 7 % 26).toArray();
        AbstractTensor last = model.batchForward(prompt, position, cache);
        model.sample(last.slice(last.shape().first() - 1), 0, 0, logits);
        last.close();
        position += tokens;
        cache.setCurrentContextPosition(position);
    }

    private void step() {
        AbstractTensor out = model.forward(70, position, cache, Optional.empty());
        model.sample(out, 0, 0, logits);
        out.close();
        cache.setCurrentContextPosition(++position);
    }

    private void grow(int tokens) {
        int width = model.getConfig().kvLength;
        for (int layer = 0; layer < model.getConfig().numberOfLayers; layer++) {
            for (int token = position; token < tokens; token++) {
                copy(cache.getKeyTensorForPosition(layer, token % SEED), cache.getKeyTensorForPosition(layer, token), width);
                copy(cache.getValTensorForPosition(layer, token % SEED), cache.getValTensorForPosition(layer, token), width);
            }
        }
        position = tokens;
        cache.setCurrentContextPosition(position);
    }

    private static void copy(AbstractTensor from, AbstractTensor to, int width) {
        to.copyFrom(from, 0, 0, width);
    }

    /// The tensors of a GGUF file under the names of a Hugging Face model.
    private record GgufWeights(GgufFile file) implements WeightLoader {

        private static final Map<String, String> PARTS = Map.ofEntries(
                Map.entry("model.embed_tokens", "token_embd"),
                Map.entry("lm_head", "output"),
                Map.entry("model.norm", "output_norm"),
                Map.entry("input_layernorm", "attn_norm"),
                Map.entry("post_attention_layernorm", "ffn_norm"),
                Map.entry("self_attn.q_proj", "attn_q"),
                Map.entry("self_attn.k_proj", "attn_k"),
                Map.entry("self_attn.v_proj", "attn_v"),
                Map.entry("self_attn.o_proj", "attn_output"),
                Map.entry("mlp.gate_proj", "ffn_gate"),
                Map.entry("mlp.up_proj", "ffn_up"),
                Map.entry("mlp.down_proj", "ffn_down"));

        private static String name(String theirs) {
            String[] parts = theirs.replace(".weight", "").split("(?<=layers\\.\\d{1,3})\\.");
            String layer = parts.length == 1 ? "" : parts[0].replace("model.layers", "blk") + ".";
            return layer + PARTS.get(parts[parts.length - 1]) + ".weight";
        }

        @Override
        public boolean isWeightPresent(String name) {
            return file.find(name(name)).isPresent();
        }

        @Override
        public AbstractTensor load(String name, DistributedContext all, boolean sparseRows, boolean sparseColumns) {
            Tensor tensor = file.require(name(name));
            int columns = (int) tensor.columns();
            int rows = (int) tensor.rows();
            Weights weights = new Weights(tensor.data(), WeightType.valueOf(tensor.type().name()), rows, columns);
            FloatBuffer numbers = ByteBuffer.allocateDirect(rows * columns * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            float[] row = new float[columns];
            for (int i = 0; i < rows; i++) {
                weights.read(i, row, 0);
                numbers.put(row);
            }
            numbers.flip();
            TensorShape shape = rows == 1 ? TensorShape.of(columns) : TensorShape.of(rows, columns);
            AbstractTensor whole = new FloatBufferTensor(name, numbers, shape, true);
            return rows == 1 ? whole : whole.quantize(DType.Q4);
        }

        @Override
        public DType getModelDType() {
            return DType.Q4;
        }

        @Override
        public Map<String, String> metadata() {
            return Map.of();
        }

        @Override
        public Map<String, TensorInfo> tensorInfoMap() {
            return new HashMap<>();
        }

        @Override
        public void close() {
            // whoever opened the file closes it
        }
    }
}

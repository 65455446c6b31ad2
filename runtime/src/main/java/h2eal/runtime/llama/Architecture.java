package h2eal.runtime.llama;

import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.Metadata;
import h2eal.runtime.kernel.RopePairs;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// The model families that share one forward pass, and where they differ.
public enum Architecture {
    /// Llama 1 to 3.3, Mistral, SmolLM and others.
    LLAMA("llama", RopePairs.ADJACENT, false),
    /// Qwen 2 and 2.5: query, key and value projections have biases.
    QWEN2("qwen2", RopePairs.HALVES, false),
    /// Qwen 3: queries and keys are normalised per head.
    QWEN3("qwen3", RopePairs.HALVES, true),
    /// Phi 3 to 4 mini: query, key and value in one matrix, gate and up in another.
    PHI3("phi3", RopePairs.HALVES, false),
    /// Gemma 2: GeGLU, scaled embeddings, norms after each block too, capped scores and logits, and every other layer
    /// with a window.
    GEMMA2("gemma2", RopePairs.HALVES, false),
    /// Gemma 3: as Gemma 2 without the caps, but with normalised heads, and five of six layers with a window and a RoPE
    /// of their own.
    GEMMA3("gemma3", RopePairs.HALVES, true);

    private static final String KEY = "general.architecture";

    private final String key;
    private final RopePairs ropePairs;
    private final boolean normalisesHeads;

    Architecture(String key, RopePairs ropePairs, boolean normalisesHeads) {
        this.key = key;
        this.ropePairs = ropePairs;
        this.normalisesHeads = normalisesHeads;
    }

    /// The architecture that a file's metadata name.
    ///
    /// @throws GgufException if it is unknown, with the known ones
    static Architecture of(Metadata metadata) {
        String name = metadata.requireText(KEY);
        return Arrays.stream(values())
                .filter(architecture -> architecture.key.equals(name))
                .findFirst()
                .orElseThrow(() -> metadata.invalid(
                        KEY,
                        "unknown architecture %s, known are %s"
                                .formatted(
                                        GgufException.quote(name),
                                        Arrays.stream(values())
                                                .map(known -> known.key)
                                                .collect(Collectors.joining(", ")))));
    }

    /// The architecture's name, which is also the prefix of its metadata keys.
    public String key() {
        return key;
    }

    /// Which numbers RoPE turns together in files of this architecture.
    public RopePairs ropePairs() {
        return ropePairs;
    }

    /// Whether every query and key head is normalised before RoPE.
    public boolean normalisesHeads() {
        return normalisesHeads;
    }

    /// Whether embeddings are multiplied by the root of their width, feed-forward blocks gate with GELU instead of
    /// SiLU, and what a block adds is normalised first.
    boolean isGemma() {
        return switch (this) {
            case GEMMA2, GEMMA3 -> true;
            case LLAMA, QWEN2, QWEN3, PHI3 -> false;
        };
    }

    /// RoPE base of layers with a window, where they turn on their own.
    OptionalDouble localRopeBase() {
        return switch (this) {
            case GEMMA3 -> OptionalDouble.of(10_000);
            case LLAMA, QWEN2, QWEN3, PHI3, GEMMA2 -> OptionalDouble.empty();
        };
    }

    /// Every how many layers one sees everything, where the others have a window; 0 where all have one.
    int windowPeriod() {
        return switch (this) {
            case GEMMA2 -> 2;
            case GEMMA3 -> 6;
            case LLAMA, QWEN2, QWEN3, PHI3 -> 0;
        };
    }

    /// The window of files that name none.
    OptionalInt usualWindow() {
        return switch (this) {
            case GEMMA2 -> OptionalInt.of(4096);
            case LLAMA, QWEN2, QWEN3, PHI3, GEMMA3 -> OptionalInt.empty();
        };
    }

    /// Where scores are bent in files that do not say; 0 nowhere.
    double usualScoreCap() {
        return this == GEMMA2 ? 50 : 0;
    }

    /// Where logits are bent in files that do not say; 0 nowhere.
    double usualLogitCap() {
        return this == GEMMA2 ? 30 : 0;
    }

    /// Layers of the one size whose scores are divided by the root of width / queryHeads instead of the head size.
    int layersOfLargest() {
        return switch (this) {
            case GEMMA2 -> 46;
            case GEMMA3 -> 62;
            case LLAMA, QWEN2, QWEN3, PHI3 -> 0;
        };
    }
}

package h2eal.runtime.llama;

import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.Metadata;
import h2eal.runtime.kernel.RopePairs;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The model families that share one forward pass, and where they differ.
public enum Architecture {
    /// Llama 1 to 3.3, Mistral, SmolLM and others.
    LLAMA("llama", RopePairs.ADJACENT, false),
    /// Qwen 2 and 2.5: query, key and value projections have biases.
    QWEN2("qwen2", RopePairs.HALVES, false),
    /// Qwen 3: queries and keys are normalised per head.
    QWEN3("qwen3", RopePairs.HALVES, true);

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
}

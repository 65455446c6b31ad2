package h2eal.lab.convert;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The model families of Hugging Face that can be converted.
enum Family {
    LLAMA("llama", "llama"),
    MISTRAL("mistral", "llama"),
    QWEN2("qwen2", "qwen2"),
    QWEN3("qwen3", "qwen3"),
    PHI3("phi3", "phi3"),
    GEMMA2("gemma2", "gemma2"),
    GEMMA3("gemma3_text", "gemma3");

    private final String modelType;
    private final String architecture;

    Family(String modelType, String architecture) {
        this.modelType = modelType;
        this.architecture = architecture;
    }

    /// The family that a `config.json` names.
    static Family of(JsonFields config) {
        String name = config.text("model_type").orElseThrow(() -> config.missing("model_type"));
        return Arrays.stream(values())
                .filter(family -> family.modelType.equals(name))
                .findFirst()
                .orElseThrow(() -> config.invalid(
                        "model_type",
                        "%s is not supported, supported are %s"
                                .formatted(
                                        name,
                                        Arrays.stream(values())
                                                .map(family -> family.modelType)
                                                .collect(Collectors.joining(", ")))));
    }

    /// Name of the architecture in GGUF, which is also the prefix of its keys.
    String architecture() {
        return architecture;
    }

    /// Whether GGUF turns neighbouring numbers where Hugging Face turns the halves of a head: rows are reordered.
    boolean turnsNeighbours() {
        return switch (this) {
            case LLAMA, MISTRAL -> true;
            case QWEN2, QWEN3, PHI3, GEMMA2, GEMMA3 -> false;
        };
    }

    /// Whether norms are stored as what is added to 1.
    boolean storesNormsLessOne() {
        return switch (this) {
            case GEMMA2, GEMMA3 -> true;
            case LLAMA, MISTRAL, QWEN2, QWEN3, PHI3 -> false;
        };
    }

    /// The GGUF name of tensor `name` without `model.`, or empty if GGUF has no use for it.
    Optional<String> tensorName(String name) {
        if (name.endsWith("rotary_emb.inv_freq")) {
            return Optional.empty();
        }
        return Optional.of(
                switch (name) {
                    case "embed_tokens.weight" -> "token_embd.weight";
                    case "norm.weight" -> "output_norm.weight";
                    case "lm_head.weight" -> "output.weight";
                    default -> layerTensorName(name);
                });
    }

    private String layerTensorName(String name) {
        String[] parts = name.split("\\.", 3);
        if (parts.length < 3 || !parts[0].equals("layers")) {
            return name;
        }
        int dot = parts[2].lastIndexOf('.');
        String part = dot < 0 ? parts[2] : parts[2].substring(0, dot);
        String known = switch (part) {
            case "input_layernorm" -> "attn_norm";
            case "self_attn.q_proj" -> "attn_q";
            case "self_attn.k_proj" -> "attn_k";
            case "self_attn.v_proj" -> "attn_v";
            case "self_attn.qkv_proj" -> "attn_qkv";
            case "self_attn.o_proj" -> "attn_output";
            case "self_attn.q_norm" -> "attn_q_norm";
            case "self_attn.k_norm" -> "attn_k_norm";
            case "post_attention_layernorm" -> storesNormsLessOne() ? "post_attention_norm" : "ffn_norm";
            case "pre_feedforward_layernorm" -> "ffn_norm";
            case "post_feedforward_layernorm" -> "post_ffw_norm";
            case "mlp.gate_proj" -> "ffn_gate";
            case "mlp.up_proj", "mlp.gate_up_proj" -> "ffn_up";
            case "mlp.down_proj" -> "ffn_down";
            default -> part;
        };
        return "blk.%s.%s%s".formatted(parts[1], known, dot < 0 ? "" : parts[2].substring(dot));
    }
}

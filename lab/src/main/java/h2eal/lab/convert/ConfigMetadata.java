package h2eal.lab.convert;

import h2eal.runtime.gguf.MetadataValue;
import h2eal.runtime.gguf.MetadataValue.IntegerValue;
import h2eal.runtime.gguf.MetadataValue.RealValue;
import h2eal.runtime.gguf.MetadataValue.TextValue;
import h2eal.runtime.gguf.PendingTensor;
import h2eal.runtime.gguf.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns a `config.json` of Hugging Face into GGUF's metadata, and into the tensors of RoPE factors that go with them.
final class ConfigMetadata {

    private final JsonFields config;
    private final Family family;
    private final Map<String, MetadataValue> values = new LinkedHashMap<>();
    private final List<PendingTensor> factors = new ArrayList<>();
    private final int queryHeads;
    private final int kvHeads;
    private final int headSize;
    private final int maxContext;
    private final double base;

    ConfigMetadata(JsonFields config, String name) {
        this.config = config;
        family = Family.of(config);
        int width = config.requirePositive("hidden_size");
        queryHeads = config.requirePositive("num_attention_heads");
        kvHeads = config.integer("num_key_value_heads").orElse(queryHeads);
        headSize = config.integer("head_dim").orElse(width / queryHeads);
        maxContext = config.requirePositive("max_position_embeddings");
        JsonFields turning = scaling();
        base = turning.real("rope_theta").orElse(config.real("rope_theta").orElse(10_000));
        values.put("general.architecture", new TextValue(family.architecture()));
        values.put("general.name", new TextValue(name));
        count("block_count", config.requirePositive("num_hidden_layers"));
        count("context_length", maxContext);
        count("embedding_length", width);
        count("feed_forward_length", config.requirePositive("intermediate_size"));
        count("attention.head_count", queryHeads);
        count("attention.head_count_kv", kvHeads);
        count("attention.key_length", headSize);
        count("attention.value_length", headSize);
        real("attention.layer_norm_rms_epsilon", config.real("rms_norm_eps").orElse(1e-6));
        real("rope.freq_base", base);
        count("rope.dimension_count", rotated());
        addAttention();
        addScaling(turning);
    }

    Family family() {
        return family;
    }

    int queryHeads() {
        return queryHeads;
    }

    int kvHeads() {
        return kvHeads;
    }

    Map<String, MetadataValue> values() {
        return values;
    }

    List<PendingTensor> factors() {
        return factors;
    }

    private int rotated() {
        return (int) (headSize * config.real("partial_rotary_factor").orElse(1));
    }

    /// Newer files hold the base beside the scaling, and per kind of layer where they differ.
    private JsonFields scaling() {
        JsonFields none = JsonFields.parse(config.file(), "{}");
        JsonFields found = config.object("rope_scaling")
                .or(() -> config.object("rope_parameters"))
                .orElse(none);
        return found.object("full_attention").orElse(found);
    }

    private void addAttention() {
        boolean windows = family != Family.QWEN2 && family != Family.QWEN3 || config.flag("use_sliding_window");
        int window = windows ? config.integer("sliding_window").orElse(0) : 0;
        if (window > 0) {
            count("attention.sliding_window", window);
        }
        config.integer("sliding_window_pattern")
                .ifPresent(pattern -> count("attention.sliding_window_pattern", pattern));
        int firstFull = config.elements("layer_types").stream()
                        .map(type -> type.isString() ? type.asString() : "")
                        .toList()
                        .indexOf("full_attention")
                + 1;
        if (window > 0 && firstFull > 0 && !config.has("sliding_window_pattern")) {
            count("attention.sliding_window_pattern", firstFull);
        }
        config.real("query_pre_attn_scalar").ifPresent(scalar -> real("attention.scale", 1 / Math.sqrt(scalar)));
        config.real("attn_logit_softcapping").ifPresent(cap -> real("attn_logit_softcapping", cap));
        config.real("final_logit_softcapping").ifPresent(cap -> real("final_logit_softcapping", cap));
        config.real("rope_local_base_freq").ifPresent(local -> real("rope.freq_base_swa", local));
    }

    private void addScaling(JsonFields scaling) {
        String type = scaling.text("rope_type").or(() -> scaling.text("type")).orElse("default");
        switch (type) {
            case "default" -> {}
            case "linear" -> {
                text("rope.scaling.type", "linear");
                real("rope.scaling.factor", factor(scaling));
            }
            case "yarn" -> {
                text("rope.scaling.type", "yarn");
                real("rope.scaling.factor", factor(scaling));
                count(
                        "rope.scaling.original_context_length",
                        scaling.integer("original_max_position_embeddings").orElse(maxContext));
                scaling.real("beta_fast").ifPresent(beta -> real("rope.scaling.yarn_beta_fast", beta));
                scaling.real("beta_slow").ifPresent(beta -> real("rope.scaling.yarn_beta_slow", beta));
            }
            case "llama3" -> addFactors("rope_freqs.weight", llama3Factors(scaling));
            case "longrope", "su" -> addLongRope(scaling);
            default ->
                throw scaling.invalid(
                        "rope_type",
                        "%s is not supported, supported are default, linear, yarn, llama3, longrope".formatted(type));
        }
    }

    private static double factor(JsonFields scaling) {
        return scaling.real("factor").orElseThrow(() -> scaling.missing("factor"));
    }

    /// Llama 3.1: long waves are stretched by the factor, short ones kept, those between blended.
    private float[] llama3Factors(JsonFields scaling) {
        double factor = factor(scaling);
        double low = scaling.real("low_freq_factor").orElse(1);
        double high = scaling.real("high_freq_factor").orElse(4);
        int trained = scaling.integer("original_max_position_embeddings").orElse(8192);
        float[] factors = new float[rotated() / 2];
        for (int i = 0; i < factors.length; i++) {
            double turns = trained / (2 * Math.PI) * Math.pow(base, -2.0 * i / rotated());
            double kept = Math.clamp((turns - low) / (high - low), 0, 1);
            factors[i] = (float) (1 / ((1 - kept) / factor + kept));
        }
        return factors;
    }

    private void addLongRope(JsonFields scaling) {
        int trained = config.integer("original_max_position_embeddings")
                .orElse(scaling.integer("original_max_position_embeddings").orElse(maxContext));
        double stretch = (double) maxContext / trained;
        double lengthening = stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(trained));
        text("rope.scaling.type", "longrope");
        count("rope.scaling.original_context_length", trained);
        real("rope.scaling.attn_factor", scaling.real("attention_factor").orElse(lengthening));
        addFactors("rope_factors_short.weight", scaling.reals("short_factor"));
        addFactors("rope_factors_long.weight", scaling.reals("long_factor"));
    }

    private void addFactors(String name, float[] numbers) {
        if (numbers.length != rotated() / 2) {
            throw config.invalid(
                    "rope_scaling", "must hold %d factors for %s: %d".formatted(rotated() / 2, name, numbers.length));
        }
        factors.add(new PendingTensor(
                name, TensorType.F32, List.of((long) numbers.length), () -> MemorySegment.ofArray(numbers)));
    }

    private void count(String key, int value) {
        values.put(family.architecture() + "." + key, new IntegerValue(value, true));
    }

    private void real(String key, double value) {
        values.put(family.architecture() + "." + key, new RealValue(value));
    }

    private void text(String key, String value) {
        values.put(family.architecture() + "." + key, new TextValue(value));
    }
}

package h2eal.runtime.llama;

import h2eal.model.ModelShape;
import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.gguf.Metadata;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/// The rotary position embeddings of a model, which may differ by layer and by how long the context can grow.
///
/// Every way to stretch a trained context comes down to other frequencies: *linear* divides them all, *llama3* divides
/// each by its own factor (tensor `rope_freqs.weight`), *long-rope* has one set of such factors for contexts within the
/// trained length and one for longer ones, *YaRN* blends (see [Rope#yarn]).
///
/// @param shortContext of contexts up to `shortTokens` tokens
/// @param longContext of longer ones; the same unless the model has factors for both (long-rope)
/// @param shortTokens tokens the model was trained for before its context was stretched
/// @param local of layers with a window, where theirs differs (Gemma 3)
record Rotations(Rope shortContext, Rope longContext, int shortTokens, Optional<Rope> local) {

    private static final String FACTORS = "rope_freqs.weight";
    private static final String SHORT_FACTORS = "rope_factors_short.weight";
    private static final String LONG_FACTORS = "rope_factors_long.weight";

    Rotations {
        Objects.requireNonNull(shortContext, "shortContext");
        Objects.requireNonNull(longContext, "longContext");
        Objects.requireNonNull(local, "local");
    }

    /// That of layers that see everything, for contexts that may grow to `contextTokens`.
    Rope global(int contextTokens) {
        return contextTokens > shortTokens ? longContext : shortContext;
    }

    /// Numbers of a head that turn; the same everywhere.
    int rotated() {
        return shortContext.rotated();
    }

    static Rotations of(GgufFile file, Architecture architecture, ModelShape shape) {
        Reader reader = new Reader(file, architecture, shape);
        Rope shorter = reader.scaled(reader.base(), file.find(FACTORS).isPresent() ? FACTORS : SHORT_FACTORS);
        Rope longer = reader.scaled(reader.base(), file.find(FACTORS).isPresent() ? FACTORS : LONG_FACTORS);
        return new Rotations(
                shorter,
                longer,
                reader.trainedContext(),
                architecture.localRopeBase().isPresent()
                        ? Optional.of(reader.plain(architecture.localRopeBase().getAsDouble()))
                        : Optional.empty());
    }

    /// Reads the keys and tensors of one file.
    private static final class Reader {

        private final GgufFile file;
        private final Metadata metadata;
        private final Architecture architecture;
        private final String prefix;
        private final int rotated;
        private final int maxContext;

        private Reader(GgufFile file, Architecture architecture, ModelShape shape) {
            this.file = file;
            this.architecture = architecture;
            metadata = file.metadata();
            prefix = architecture.key() + ".rope.";
            maxContext = shape.maxContext();
            rotated = metadata.integer(prefix + "dimension_count").orElse(shape.headSize());
            if (rotated % 2 != 0 || rotated < 2 || rotated > shape.headSize()) {
                throw metadata.invalid(
                        prefix + "dimension_count",
                        "must be even, from 2 to the head size %d: %d".formatted(shape.headSize(), rotated));
            }
        }

        double base() {
            return positive("freq_base", 10_000);
        }

        int trainedContext() {
            String key = prefix + "scaling.original_context_length";
            return metadata.values().containsKey(key) ? metadata.requirePositive(key) : maxContext;
        }

        /// Without any scaling.
        Rope plain(double usualBase) {
            double base = positive("freq_base_swa", usualBase);
            return new Rope(architecture.ropePairs(), base, ones(), 1);
        }

        Rope scaled(double base, String factorTensor) {
            String typeKey = prefix + "scaling.type";
            String type = metadata.text(typeKey).orElse("linear");
            double factor = positive("scaling.factor", positive("scale_linear", 1));
            Rope rope =
                    new Rope(architecture.ropePairs(), base, factors(factorTensor), positive("scaling.attn_factor", 1));
            return switch (type) {
                case "none", "longrope" -> rope;
                case "linear" -> rope.dividedBy(factor);
                case "yarn" ->
                    rope.yarn(
                            factor,
                            trainedContext(),
                            positive("scaling.yarn_beta_fast", Rope.YARN_FAST_ROTATIONS),
                            positive("scaling.yarn_beta_slow", Rope.YARN_SLOW_ROTATIONS));
                default ->
                    throw metadata.invalid(
                            typeKey,
                            "unknown scaling %s, known are none, linear, yarn, longrope"
                                    .formatted(GgufException.quote(type)));
            };
        }

        private double positive(String key, double usual) {
            double value = metadata.real(prefix + key).orElse(usual);
            if (value <= 0) {
                throw metadata.invalid(prefix + key, "must be positive: " + value);
            }
            return value;
        }

        private double[] ones() {
            double[] factors = new double[rotated / 2];
            Arrays.fill(factors, 1);
            return factors;
        }

        private double[] factors(String tensor) {
            double[] factors = ones();
            if (file.find(tensor).isPresent()) {
                float[] values = LlamaWeights.vector(file, tensor, factors.length);
                for (int i = 0; i < factors.length; i++) {
                    factors[i] = values[i];
                    if (!(factors[i] > 0)) {
                        throw file.invalid(
                                "tensor " + tensor, "factor %d must be positive: %s".formatted(i, factors[i]));
                    }
                }
            }
            return factors;
        }
    }
}

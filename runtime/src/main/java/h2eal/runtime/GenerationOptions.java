package h2eal.runtime;

import h2eal.runtime.text.Sampler;
import h2eal.workload.ReadSink;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// What to generate and when to stop. Generation always stops at the model's end-of-generation tokens.
///
/// @param maxTokens most tokens to generate
/// @param sampler chooses each token
/// @param stopTexts texts that end the generation; they are not part of the result
/// @param reads receives what every KV head read at every decode step
public record GenerationOptions(int maxTokens, Sampler sampler, List<String> stopTexts, Optional<ReadSink> reads) {

    public GenerationOptions {
        Objects.requireNonNull(sampler, "sampler");
        stopTexts = List.copyOf(stopTexts);
        Objects.requireNonNull(reads, "reads");
        if (maxTokens < 0) {
            throw new IllegalArgumentException("maxTokens must not be negative: " + maxTokens);
        }
        if (stopTexts.contains("")) {
            throw new IllegalArgumentException("a stop text must not be empty");
        }
    }

    /// At most `maxTokens` tokens, each the likeliest one.
    public static GenerationOptions greedy(int maxTokens) {
        return new GenerationOptions(maxTokens, new Sampler.Greedy(), List.of(), Optional.empty());
    }

    /// These options with a receiver of reads.
    public GenerationOptions withReads(ReadSink sink) {
        return new GenerationOptions(maxTokens, sampler, stopTexts, Optional.of(sink));
    }
}

package h2eal.runtime;

import h2eal.workload.ReadCounts;
import java.util.List;

/// The result of one generation.
///
/// @param promptTokens tokens of the prompt, those that the tokenizer adds included
/// @param tokens the generated tokens, an end-of-generation token not included
/// @param text the generated text
/// @param end why it ended
/// @param timings of the whole session so far
/// @param attention what decode steps of the whole session read so far
/// @param prefillAttention what its prefills read so far
public record Generation(
        int promptTokens,
        List<Integer> tokens,
        String text,
        End end,
        Timings timings,
        ReadCounts attention,
        ReadCounts prefillAttention) {

    public Generation {
        tokens = List.copyOf(tokens);
    }

    /// Why a generation ended.
    public enum End {
        /// The model produced an end-of-generation token.
        END_OF_TEXT,
        /// A stop text appeared.
        STOP_TEXT,
        /// The most tokens asked for were generated.
        MAX_TOKENS,
        /// The session holds no more tokens.
        CONTEXT_FULL,
        /// The listener, or an interrupt of the thread, ended it.
        INTERRUPTED
    }
}

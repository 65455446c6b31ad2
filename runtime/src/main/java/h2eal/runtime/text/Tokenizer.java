package h2eal.runtime.text;

import java.util.OptionalInt;

/// Turns text into a model's tokens and back.
public interface Tokenizer {

    /// Tokens of `text` as a prompt: special tokens in the text are recognised, and the begin and end tokens that the
    /// model was trained with are added.
    int[] encodePrompt(String text);

    /// Tokens of `text` alone.
    ///
    /// @param parseSpecial whether texts of special tokens become those tokens; not for text from strangers
    int[] encode(String text, boolean parseSpecial);

    /// The text of `tokens`; special tokens have none, malformed UTF-8 becomes U+FFFD.
    String decode(int... tokens);

    /// Bytes that `token` adds to a text; none for a special token.
    byte[] bytes(int token);

    /// Whether `token` ends an answer.
    boolean endsGeneration(int token);

    /// The token a prompt begins with, if the model has one.
    OptionalInt beginToken();

    /// Number of tokens.
    int vocabularySize();
}

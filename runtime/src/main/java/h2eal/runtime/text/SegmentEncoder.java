package h2eal.runtime.text;

import java.util.stream.IntStream;

/// A tokenizer's model: how a stretch of text without special tokens becomes tokens, and which bytes a token adds.
sealed interface SegmentEncoder permits BytePairEncoder, SentencePieceEncoder, UnigramEncoder {

    /// Appends the tokens of `text`.
    ///
    /// @param atStart whether the text begins, or follows a special token
    void encode(String text, boolean atStart, IntStream.Builder tokens);

    /// Bytes that an ordinary token adds to a text.
    byte[] bytes(int token);

    /// Whether a prompt begins with the begin token unless the metadata say otherwise.
    boolean addsBegin();

    /// Whether a prompt ends with the end token unless the metadata say otherwise.
    boolean addsEnd();
}

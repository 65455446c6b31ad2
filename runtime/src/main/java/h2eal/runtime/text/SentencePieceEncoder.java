package h2eal.runtime.text;

import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// SentencePiece byte-pair encoding (model `llama`): neighbouring pieces are joined while their union is a token, the
/// best score first. What no token covers becomes one token per byte.
final class SentencePieceEncoder implements SegmentEncoder {

    /// Stands for a space inside tokens.
    static final char SPACE = '\u2581';

    private final Vocabulary vocabulary;
    private final boolean spacePrefix;
    private final OptionalInt unknown;

    private SentencePieceEncoder(Vocabulary vocabulary, boolean spacePrefix, OptionalInt unknown) {
        this.vocabulary = vocabulary;
        this.spacePrefix = spacePrefix;
        this.unknown = unknown;
    }

    static SentencePieceEncoder of(Metadata metadata, Vocabulary vocabulary) {
        return new SentencePieceEncoder(
                vocabulary,
                metadata.flag("tokenizer.ggml.add_space_prefix").orElse(true),
                vocabulary.special("tokenizer.ggml.unknown_token_id"));
    }

    @Override
    public void encode(String text, boolean atStart, IntStream.Builder tokens) {
        String spaced = (spacePrefix && atStart ? " " + text : text).replace(' ', SPACE);
        SymbolMerger.merge(spaced, this::cost, piece -> append(piece, tokens));
    }

    private double cost(String text, int from, int middle, int to) {
        OptionalInt token = vocabulary.find(text.substring(from, to));
        return token.isEmpty() ? Double.NaN : -vocabulary.score(token.getAsInt());
    }

    private void append(String piece, IntStream.Builder tokens) {
        OptionalInt token = vocabulary.find(piece);
        if (token.isPresent()) {
            tokens.add(token.getAsInt());
            return;
        }
        for (byte value : piece.getBytes(StandardCharsets.UTF_8)) {
            OptionalInt fallback = vocabulary.ofByte(value);
            (fallback.isPresent() ? fallback : unknown).ifPresent(tokens::add);
        }
    }

    @Override
    public byte[] bytes(int token) {
        return bytes(vocabulary, token);
    }

    static byte[] bytes(Vocabulary vocabulary, int token) {
        String text = vocabulary.text(token);
        if (vocabulary.kind(token) != Vocabulary.Kind.BYTE) {
            return text.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
        }
        return new byte[] {(byte) Integer.parseInt(text, 3, 5, 16)};
    }

    /// Refuses byte tokens that are not written `<0xHH>`.
    static void checkByteTokens(Metadata metadata, Vocabulary vocabulary) {
        for (int token = 0; token < vocabulary.size(); token++) {
            String text = vocabulary.text(token);
            if (vocabulary.kind(token) == Vocabulary.Kind.BYTE && !text.matches("<0x[0-9A-Fa-f]{2}>")) {
                throw metadata.invalid(
                        Vocabulary.TOKENS_KEY,
                        "byte token %d must look like <0x0A>: %s".formatted(token, GgufException.quote(text)));
            }
        }
    }

    @Override
    public boolean addsBegin() {
        return true;
    }

    @Override
    public boolean addsEnd() {
        return false;
    }
}

package h2eal.runtime.text;

import h2eal.runtime.gguf.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Byte-level byte-pair encoding (model `gpt2`): text is split into words, words into bytes, and bytes are joined by
/// the ranked merges of the file.
final class BytePairEncoder implements SegmentEncoder {

    private final Vocabulary vocabulary;
    private final PreTokenizer words;
    /// Rank of each merge, under its two sides with a space between.
    private final Map<String, Integer> ranks;

    private BytePairEncoder(Vocabulary vocabulary, PreTokenizer words, Map<String, Integer> ranks) {
        this.vocabulary = vocabulary;
        this.words = words;
        this.ranks = ranks;
    }

    static BytePairEncoder of(Metadata metadata, Vocabulary vocabulary) {
        List<String> merges = metadata.requireTexts("tokenizer.ggml.merges");
        Map<String, Integer> ranks = HashMap.newHashMap(merges.size());
        for (int rank = 0; rank < merges.size(); rank++) {
            ranks.putIfAbsent(merges.get(rank), rank);
        }
        return new BytePairEncoder(vocabulary, PreTokenizer.of(metadata), ranks);
    }

    @Override
    public void encode(String text, boolean atStart, IntStream.Builder tokens) {
        words.split(text, word -> encodeWord(ByteAlphabet.encode(word), tokens));
    }

    private void encodeWord(String word, IntStream.Builder tokens) {
        if (words.keepsKnownWords() && vocabulary.contains(word)) {
            append(word, tokens);
        } else {
            SymbolMerger.merge(word, this::rank, piece -> append(piece, tokens));
        }
    }

    private double rank(String word, int from, int middle, int to) {
        Integer rank = ranks.get(word.substring(from, middle) + " " + word.substring(middle, to));
        return rank == null ? Double.NaN : rank;
    }

    /// A merge may lead to a piece without a token; its bytes then stand alone, and bytes without a token are dropped.
    private void append(String piece, IntStream.Builder tokens) {
        if (vocabulary.contains(piece)) {
            tokens.add(vocabulary.find(piece).getAsInt());
        } else {
            piece.codePoints()
                    .mapToObj(Character::toString)
                    .forEach(letter -> vocabulary.find(letter).ifPresent(tokens::add));
        }
    }

    @Override
    public byte[] bytes(int token) {
        String text = vocabulary.text(token);
        return vocabulary.kind(token) == Vocabulary.Kind.USER_DEFINED
                ? text.getBytes(StandardCharsets.UTF_8)
                : ByteAlphabet.decode(text);
    }

    @Override
    public boolean addsBegin() {
        return words.addsBegin();
    }

    @Override
    public boolean addsEnd() {
        return false;
    }
}

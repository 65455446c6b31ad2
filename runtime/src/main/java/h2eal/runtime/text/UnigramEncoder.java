package h2eal.runtime.text;

import h2eal.runtime.gguf.Metadata;
import java.text.Normalizer;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// SentencePiece unigram (model `t5`): of all ways to cut a text into tokens, the one with the largest sum of scores
/// (Viterbi).
///
/// A file's own normalisation table (`precompiled_charsmap`) is approximated by Unicode NFKC, which it is built from.
final class UnigramEncoder implements SegmentEncoder {

    /// How much worse than the worst token a character without one is (SentencePiece's constant).
    private static final double UNKNOWN_PENALTY = 10;

    private static final String SPACE = String.valueOf(SentencePieceEncoder.SPACE);

    private final Vocabulary vocabulary;
    private final boolean normalises;
    private final boolean spacePrefix;
    private final boolean squeezesSpaces;
    private final OptionalInt unknown;
    private final int longestToken;
    private final double unknownScore;

    private UnigramEncoder(Metadata metadata, Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        normalises = metadata.values().containsKey("tokenizer.ggml.precompiled_charsmap");
        spacePrefix = metadata.flag("tokenizer.ggml.add_space_prefix").orElse(true);
        squeezesSpaces =
                metadata.flag("tokenizer.ggml.remove_extra_whitespaces").orElse(true);
        unknown = vocabulary.special("tokenizer.ggml.unknown_token_id");
        longestToken = IntStream.range(0, vocabulary.size())
                .map(token -> vocabulary.text(token).length())
                .max()
                .orElse(0);
        unknownScore = IntStream.range(0, vocabulary.size())
                        .filter(token -> vocabulary.kind(token) == Vocabulary.Kind.NORMAL)
                        .mapToDouble(vocabulary::score)
                        .min()
                        .orElse(0)
                - UNKNOWN_PENALTY;
    }

    static UnigramEncoder of(Metadata metadata, Vocabulary vocabulary) {
        if (metadata.numbers("tokenizer.ggml.scores").isEmpty()) {
            throw metadata.missing("tokenizer.ggml.scores");
        }
        return new UnigramEncoder(metadata, vocabulary);
    }

    @Override
    public void encode(String text, boolean atStart, IntStream.Builder tokens) {
        String normal = normal(text, atStart);
        int[] from = bestCuts(normal);
        int[] cuts = new int[normal.length() + 1];
        int count = 0;
        for (int at = normal.length(); at > 0; at = from[at]) {
            cuts[count++] = at;
        }
        boolean afterUnknown = false;
        int start = 0;
        for (int i = count - 1; i >= 0; i--) {
            OptionalInt token = vocabulary.find(normal.substring(start, cuts[i]));
            // A run of unknown characters is one unknown token.
            if (token.isPresent() || !afterUnknown) {
                (token.isPresent() ? token : unknown).ifPresent(tokens::add);
            }
            afterUnknown = token.isEmpty();
            start = cuts[i];
        }
    }

    private String normal(String text, boolean atStart) {
        String normal = normalises ? Normalizer.normalize(text, Normalizer.Form.NFKC) : text;
        normal = squeezesSpaces ? normal.strip().replaceAll(" +", " ") : normal;
        return (spacePrefix && atStart && !normal.isEmpty() ? " " + normal : normal).replace(" ", SPACE);
    }

    /// For every position of `text`, where the last token of the best way to reach it begins.
    private int[] bestCuts(String text) {
        double[] best = new double[text.length() + 1];
        int[] from = new int[text.length() + 1];
        for (int at = 1; at < best.length; at++) {
            best[at] = Double.NEGATIVE_INFINITY;
        }
        for (int at = 0; at < text.length(); at = text.offsetByCodePoints(at, 1)) {
            int oneCharacter = text.offsetByCodePoints(at, 1);
            relax(best, from, at, oneCharacter, unknownScore);
            for (int to = oneCharacter; to <= Math.min(text.length(), at + longestToken); to++) {
                OptionalInt token = vocabulary.find(text.substring(at, to));
                if (token.isPresent() && usable(token.getAsInt())) {
                    relax(best, from, at, to, score(token.getAsInt()));
                }
            }
        }
        return from;
    }

    private static void relax(double[] best, int[] from, int at, int to, double score) {
        if (best[at] + score > best[to]) {
            best[to] = best[at] + score;
            from[to] = at;
        }
    }

    private boolean usable(int token) {
        return switch (vocabulary.kind(token)) {
            case NORMAL, USER_DEFINED -> true;
            case UNKNOWN, CONTROL, UNUSED, BYTE -> false;
        };
    }

    private double score(int token) {
        return vocabulary.kind(token) == Vocabulary.Kind.USER_DEFINED ? 0 : vocabulary.score(token);
    }

    @Override
    public byte[] bytes(int token) {
        return SentencePieceEncoder.bytes(vocabulary, token);
    }

    @Override
    public boolean addsBegin() {
        return false;
    }

    @Override
    public boolean addsEnd() {
        return true;
    }
}

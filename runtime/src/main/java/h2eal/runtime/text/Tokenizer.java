package h2eal.runtime.text;

import h2eal.runtime.gguf.GgufException;
import h2eal.runtime.gguf.Metadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/// Turns text into a model's tokens and back, by the vocabulary and rules in the model's file.
public final class Tokenizer {

    private static final String MODEL_KEY = "tokenizer.ggml.model";
    private static final byte[] NO_BYTES = {};

    /// Texts of control tokens that end an answer, whichever of them a file declares.
    private static final Set<String> END_TEXTS = Set.of(
            "<|eot_id|>",
            "<|eom_id|>",
            "<|im_end|>",
            "<|end|>",
            "<|endoftext|>",
            "<|end_of_text|>",
            "<end_of_turn>",
            "<EOT>");

    private final Vocabulary vocabulary;
    private final SegmentEncoder encoder;
    /// Tokens whose text is recognised in prompts, the longest text first.
    private final List<Integer> specials;

    private final OptionalInt begin;
    private final OptionalInt end;
    private final boolean addsBegin;
    private final boolean addsEnd;
    private final Set<Integer> ends;

    private Tokenizer(Metadata metadata, Vocabulary vocabulary, SegmentEncoder encoder) {
        this.vocabulary = vocabulary;
        this.encoder = encoder;
        specials = IntStream.range(0, vocabulary.size())
                .filter(this::isSpecial)
                .boxed()
                .sorted(Comparator.comparing(token -> -vocabulary.text(token).length()))
                .toList();
        begin = vocabulary.special("tokenizer.ggml.bos_token_id");
        end = vocabulary.special("tokenizer.ggml.eos_token_id");
        addsBegin = adds(metadata, "tokenizer.ggml.add_bos_token", encoder.addsBegin(), begin);
        addsEnd = adds(metadata, "tokenizer.ggml.add_eos_token", encoder.addsEnd(), end);
        ends = new HashSet<>();
        end.ifPresent(ends::add);
        vocabulary.special("tokenizer.ggml.eot_token_id").ifPresent(ends::add);
        vocabulary.special("tokenizer.ggml.eom_token_id").ifPresent(ends::add);
        specials.stream()
                .filter(token -> END_TEXTS.contains(vocabulary.text(token)))
                .forEach(ends::add);
    }

    /// The tokenizer that a model's metadata describe: byte-level BPE, SentencePiece BPE or SentencePiece unigram.
    ///
    /// @throws GgufException if they are incomplete, contradictory or of an unknown kind
    public static Tokenizer of(Metadata metadata) {
        Vocabulary vocabulary = Vocabulary.of(metadata);
        SentencePieceEncoder.checkByteTokens(metadata, vocabulary);
        String model = metadata.requireText(MODEL_KEY);
        SegmentEncoder encoder = switch (model) {
            case "gpt2" -> BytePairEncoder.of(metadata, vocabulary);
            case "llama" -> SentencePieceEncoder.of(metadata, vocabulary);
            case "t5" -> UnigramEncoder.of(metadata, vocabulary);
            default ->
                throw metadata.invalid(
                        MODEL_KEY,
                        "unknown tokenizer %s, known are gpt2, llama, t5".formatted(GgufException.quote(model)));
        };
        return new Tokenizer(metadata, vocabulary, encoder);
    }

    private static boolean adds(Metadata metadata, String key, boolean usual, OptionalInt token) {
        boolean wanted = metadata.flag(key).orElse(usual && token.isPresent());
        if (wanted && token.isEmpty()) {
            throw metadata.invalid(key, "is true, but the metadata name no such token");
        }
        return wanted;
    }

    private boolean isSpecial(int token) {
        return switch (vocabulary.kind(token)) {
            case CONTROL, USER_DEFINED, UNKNOWN -> !vocabulary.text(token).isEmpty();
            case NORMAL, UNUSED, BYTE -> false;
        };
    }

    /// Tokens of `text` as a prompt: special tokens in the text are recognised, and the begin and end tokens that the
    /// model was trained with are added.
    public int[] encodePrompt(String text) {
        return encodePrompt(text, OptionalInt.empty());
    }

    /// Tokens of `text` as a prompt, of which parts went through [#guarded].
    public int[] encodePrompt(String text, char guard) {
        return encodePrompt(text, OptionalInt.of(guard));
    }

    private int[] encodePrompt(String text, OptionalInt guard) {
        IntStream.Builder tokens = IntStream.builder();
        if (addsBegin) {
            begin.ifPresent(tokens::add);
        }
        encode(text, true, guard, tokens);
        if (addsEnd) {
            end.ifPresent(tokens::add);
        }
        return tokens.build().toArray();
    }

    /// Tokens of `text` alone.
    ///
    /// @param parseSpecial whether texts of control tokens become those tokens; not for text from strangers
    public int[] encode(String text, boolean parseSpecial) {
        IntStream.Builder tokens = IntStream.builder();
        encode(text, parseSpecial, OptionalInt.empty(), tokens);
        return tokens.build().toArray();
    }

    /// `text` from strangers for the inside of a prompt: a character that occurs nowhere else keeps the texts of
    /// control tokens in it apart, so that they stay plain text.
    public String guarded(String text, char guard) {
        String guarded = text;
        for (int special : specials) {
            String control = vocabulary.text(special);
            boolean plain = vocabulary.kind(special) == Vocabulary.Kind.USER_DEFINED;
            while (!plain && control.length() > 1 && guarded.contains(control)) {
                guarded = guarded.replace(control, control.charAt(0) + String.valueOf(guard) + control.substring(1));
            }
        }
        return guarded;
    }

    private void encode(String text, boolean parseSpecial, OptionalInt guard, IntStream.Builder tokens) {
        boolean atStart = true;
        for (Fragment fragment : fragments(text, parseSpecial)) {
            if (fragment.special().isPresent()) {
                tokens.add(fragment.special().getAsInt());
            } else {
                encoder.encode(without(guard, fragment.text()), atStart, tokens);
            }
            atStart = fragment.special().isPresent();
        }
    }

    private static String without(OptionalInt guard, String text) {
        return guard.isEmpty() ? text : text.replace(Character.toString(guard.getAsInt()), "");
    }

    /// A stretch of plain text, or one special token.
    private record Fragment(String text, OptionalInt special) {}

    /// Cuts `text` at special tokens, longer ones first, so that none is found inside another.
    private List<Fragment> fragments(String text, boolean parseSpecial) {
        List<Fragment> fragments = text.isEmpty() ? List.of() : List.of(new Fragment(text, OptionalInt.empty()));
        for (int special : specials) {
            boolean wanted = parseSpecial || vocabulary.kind(special) == Vocabulary.Kind.USER_DEFINED;
            if (wanted && text.contains(vocabulary.text(special))) {
                List<Fragment> finer = new ArrayList<>();
                for (Fragment fragment : fragments) {
                    cut(fragment, special, finer);
                }
                fragments = finer;
            }
        }
        return fragments;
    }

    private void cut(Fragment fragment, int special, List<Fragment> parts) {
        if (fragment.special().isPresent()) {
            parts.add(fragment);
            return;
        }
        String text = fragment.text();
        String wanted = vocabulary.text(special);
        int from = 0;
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, from)) {
            if (at > from) {
                parts.add(new Fragment(text.substring(from, at), OptionalInt.empty()));
            }
            parts.add(new Fragment(wanted, OptionalInt.of(special)));
            from = at + wanted.length();
        }
        if (from < text.length()) {
            parts.add(new Fragment(text.substring(from), OptionalInt.empty()));
        }
    }

    /// The text of `tokens`; special tokens have none, malformed UTF-8 becomes U+FFFD.
    public String decode(int... tokens) {
        TextStream stream = new TextStream();
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(stream.append(bytes(token)));
        }
        return text.append(stream.end()).toString();
    }

    /// Bytes that `token` adds to a text; none for a special token.
    public byte[] bytes(int token) {
        return switch (vocabulary.kind(token)) {
            case CONTROL, UNKNOWN -> NO_BYTES;
            case NORMAL, USER_DEFINED, UNUSED, BYTE -> encoder.bytes(token);
        };
    }

    /// The text that the file gives for `token`, as it is written there.
    public String rawText(int token) {
        return vocabulary.text(token);
    }

    /// Whether `token` ends an answer.
    public boolean endsGeneration(int token) {
        return ends.contains(token);
    }

    /// The token a prompt begins with, if the model has one.
    public OptionalInt beginToken() {
        return begin;
    }

    /// The token a text ends with, if the model has one.
    public OptionalInt endToken() {
        return end;
    }

    /// Number of tokens.
    public int vocabularySize() {
        return vocabulary.size();
    }
}

package h2eal.lab.eval.task;

import h2eal.runtime.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// What the contexts of one trial are made of: prose, noise, facts, and a seed. Lengths are counted in tokens, so that
/// a task fits any context of any tokenizer to the token. Mutable: names are drawn once each.
public final class Material {

    private static final String NOISE =
            " The grass is green. The sky is blue. The sun is yellow. Here we go. There and back again.";
    private static final int LONGEST_WORD = 64;

    private final Tokenizer tokenizer;
    private final int[] prose;
    private final FactStyle style;
    private final int contextTokens;
    private final Random random;
    private final Set<String> names = new HashSet<>();

    /// Something to be planted.
    ///
    /// @param depth where, 0 at the start of the context and 1 at its end
    record Plant(double depth, int[] tokens) {}

    /// Material for one trial.
    ///
    /// @param prose tokens of a long text
    /// @param contextTokens tokens of context, questions and answers together
    public Material(Tokenizer tokenizer, int[] prose, FactStyle style, int contextTokens, long seed) {
        this.tokenizer = tokenizer;
        this.prose = prose;
        this.style = style;
        this.contextTokens = contextTokens;
        random = new Random(seed);
        if (prose.length == 0) {
            throw new IllegalArgumentException("the prose is empty");
        }
    }

    FactStyle style() {
        return style;
    }

    Random random() {
        return random;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    int contextTokens() {
        return contextTokens;
    }

    int[] encode(String text) {
        return tokenizer.encode(text, false);
    }

    /// A name that no other fact of the trial has.
    String name() {
        return unique(() -> style.key(random));
    }

    /// The first of a supplier's words that was not used yet.
    String unique(Supplier<String> words) {
        String word = words.get();
        while (!names.add(word)) {
            word = words.get();
        }
        return word;
    }

    Segment given(String text) {
        return new Segment(encode(text), false);
    }

    Segment wanted(String text) {
        return new Segment(encode(text), true);
    }

    /// The question for one fact.
    Question ask(double depth, String key, String value) {
        return new Question(OptionalDouble.of(depth), List.of(given(style.question(key)), wanted(style.answer(value))));
    }

    /// The fact as a plant.
    Plant fact(double depth, String key, String value) {
        return new Plant(depth, encode(style.statement(key, value)));
    }

    /// `count` tokens of prose from a random place on; starts over at the end of the text.
    int[] prose(int count) {
        int from = random.nextInt(prose.length);
        int[] tokens = new int[Math.max(0, count)];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = prose[(from + i) % prose.length];
        }
        return tokens;
    }

    /// `count` tokens of the same few sentences again and again.
    int[] noise(int count) {
        int[] once = encode(NOISE);
        int[] tokens = new int[Math.max(0, count)];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = once[i % once.length];
        }
        return tokens;
    }

    /// `count` tokens of letters or words without sense.
    int[] nonsense(int count) {
        StringBuilder text = new StringBuilder();
        int[] tokens = {};
        while (tokens.length < count) {
            for (int i = 0; i < Math.max(1, (count - tokens.length) / 2); i++) {
                text.append(style.nonsense(random));
            }
            tokens = encode(text.toString());
        }
        return Arrays.copyOf(tokens, count);
    }

    /// Tokens that a trial leaves for its context, the begin token included.
    int room(List<Question> questions, boolean conversation) {
        int room = contextTokens - Trial.room(questions, conversation);
        if (room < 1) {
            throw new IllegalArgumentException("a context of %d tokens does not hold the questions of %d"
                    .formatted(contextTokens, contextTokens - room));
        }
        return room;
    }

    /// A trial over a filler with `plants` in it, exactly as long as the context.
    ///
    /// @param filler makes so many tokens
    /// @throws IllegalArgumentException if the plants leave no room for the filler
    Trial trial(IntFunction<int[]> filler, List<Plant> plants, List<Question> questions, boolean conversation) {
        int[] begin = begin();
        int planted = plants.stream().mapToInt(plant -> plant.tokens.length).sum();
        int fill = room(questions, conversation) - begin.length - planted;
        if (fill < 1) {
            throw new IllegalArgumentException("a context of %d tokens does not hold what is planted, %d tokens"
                    .formatted(contextTokens, planted));
        }
        return new Trial(planted(begin, filler.apply(fill), plants), questions, conversation);
    }

    private static int[] joined(List<int[]> parts) {
        int[] all = new int[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (int[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private int[] planted(int[] begin, int[] filler, List<Plant> plants) {
        List<int[]> parts = new ArrayList<>(List.of(begin));
        int from = 0;
        for (Plant plant : plants.stream()
                .sorted((a, b) -> Double.compare(a.depth, b.depth))
                .toList()) {
            int to = wordStart(filler, (int) Math.round(plant.depth * filler.length), from);
            parts.add(Arrays.copyOfRange(filler, from, to));
            parts.add(plant.tokens);
            from = to;
        }
        parts.add(Arrays.copyOfRange(filler, from, filler.length));
        return joined(parts);
    }

    /// The last place before `at` where a word begins, not before `from`.
    private int wordStart(int[] filler, int at, int from) {
        int last = Math.max(from, at);
        for (int place = last; place >= from && place > last - LONGEST_WORD; place--) {
            if (place < filler.length && startsWord(filler[place])) {
                return place;
            }
        }
        return last;
    }

    private boolean startsWord(int token) {
        byte[] bytes = tokenizer.bytes(token);
        return bytes.length > 0 && (bytes[0] == ' ' || bytes[0] == '\n');
    }

    /// The tokens that a prompt of this model begins with.
    int[] begin() {
        int[] empty = tokenizer.encodePrompt("");
        return Arrays.stream(empty)
                .filter(token -> tokenizer.beginToken().isPresent()
                        && token == tokenizer.beginToken().getAsInt())
                .limit(1)
                .toArray();
    }

    /// A trial over exactly these tokens behind the begin token.
    Trial trial(List<int[]> parts, List<Question> questions, boolean conversation) {
        List<int[]> all = new ArrayList<>(List.of(begin()));
        all.addAll(parts);
        return new Trial(joined(all), questions, conversation);
    }
}

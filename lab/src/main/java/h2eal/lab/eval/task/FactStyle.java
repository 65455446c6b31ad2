package h2eal.lab.eval.task;

import java.util.Random;

/// How a fact is written down and asked for. The demo model was trained on records; a language model of any size reads
/// sentences.
public enum FactStyle {
    /// `[abc=1234]`.
    RECORD,
    /// `The code of kovani is 1234567.`
    SENTENCE;

    private static final int MOST_TOKENS_OF_BYTES = 512;

    /// Records for vocabularies of little more than single bytes, sentences for all others.
    public static FactStyle of(int vocabulary) {
        return vocabulary <= MOST_TOKENS_OF_BYTES ? RECORD : SENTENCE;
    }

    /// The fact, to be planted before a blank.
    String statement(String key, String value) {
        return question(key) + answer(value) + end();
    }

    /// What the answer continues.
    String question(String key) {
        return switch (this) {
            case RECORD -> " [%s=".formatted(key);
            case SENTENCE -> " The code of %s is".formatted(key);
        };
    }

    /// A value as it continues the question.
    String answer(String value) {
        return switch (this) {
            case RECORD -> value;
            case SENTENCE -> " " + value;
        };
    }

    /// What ends a statement.
    String end() {
        return switch (this) {
            case RECORD -> "]";
            case SENTENCE -> ".";
        };
    }

    /// A random name.
    String key(Random random) {
        return switch (this) {
            case RECORD -> letters(random, 3);
            case SENTENCE -> pseudoWord(random, 3);
        };
    }

    /// A random number, as RULER's seven digits, or the four that the demo model knows.
    String number(Random random) {
        return switch (this) {
            case RECORD -> "%04d".formatted(random.nextInt(10_000));
            case SENTENCE -> Integer.toString(1_000_000 + random.nextInt(9_000_000));
        };
    }

    /// A piece of text without sense.
    String nonsense(Random random) {
        return switch (this) {
            case RECORD -> letters(random, 1);
            case SENTENCE -> " " + pseudoWord(random, 2);
        };
    }

    /// A random identifier of RFC 9562's shape.
    static String uuid(Random random) {
        return "%08x-%04x-%04x-%04x-%012x"
                .formatted(
                        random.nextInt(),
                        random.nextInt(1 << 16),
                        random.nextInt(1 << 16),
                        random.nextInt(1 << 16),
                        random.nextLong(1L << 48));
    }

    /// Syllables of a consonant and a vowel each.
    static String pseudoWord(Random random, int syllables) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < syllables; i++) {
            word.append("bdfgklmnprstvz".charAt(random.nextInt(14))).append("aeiou".charAt(random.nextInt(5)));
        }
        return word.toString();
    }

    private static String letters(Random random, int count) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            letters.append((char) ('a' + random.nextInt(26)));
        }
        return letters.toString();
    }
}

package h2eal.lab.eval.task;

import h2eal.lab.eval.task.Material.Plant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;

/// Tasks that need more than one look: chains of variables, counted words (RULER), questions over planted facts.
public final class ReasoningTasks {

    private static final int HOPS = 4;
    private static final int COMMON_WORDS = 10;
    private static final int FREQUENT_WORDS = 3;
    private static final int PERSONS = 6;

    private ReasoningTasks() {}

    /// All of them.
    public static List<Task> all() {
        return List.of(
                new Task("tracing", "a variable's value over four assignments", (m, i, n) -> tracing(m)),
                new Task("common-words", "the ten words that stand there most often", (m, i, n) -> commonWords(m)),
                new Task("frequent-words", "the three most frequent coded words", (m, i, n) -> frequentWords(m)),
                new Task("qa-1", "a planted fact among its like", (m, i, n) -> oneHop(m)),
                new Task("qa-2", "two planted facts that lead to the answer", (m, i, n) -> twoHops(m)));
    }

    /// `[a=1234]`, `[b=a]`, `[c=b]` ... in order; then from the last variable back to the value.
    private static Trial tracing(Material m) {
        Random random = m.random();
        List<String> values = new ArrayList<>(List.of(m.style().number(random)));
        List<Plant> plants = new ArrayList<>();
        List<Segment> segments = new ArrayList<>();
        for (int hop = 0; hop <= HOPS; hop++) {
            String name = m.name();
            plants.add(m.fact((hop + random.nextDouble()) / (HOPS + 1), name, values.getLast()));
            values.add(name);
        }
        for (int hop = HOPS + 1; hop > 0; hop--) {
            NeedleTasks.follow(m, segments, values.get(hop), values.get(hop - 1));
        }
        return m.trial(m::prose, plants, List.of(new Question(OptionalDouble.empty(), segments)), false);
    }

    /// Ten words thirty times each among others three times each, as many as the context holds; shuffled.
    private static Trial commonWords(Material m) {
        List<String> common = words(m, COMMON_WORDS);
        Question question = list(m, "The ten most common words above are:", common);
        int room = m.room(List.of(question), false) - m.begin().length;
        int times = Math.clamp(room / (COMMON_WORDS * 2L * m.encode(" " + common.getFirst()).length), 2, 30);
        List<String> drawn = new ArrayList<>();
        common.forEach(word -> drawn.addAll(Collections.nCopies(times, word)));
        int used = tokens(m, drawn);
        while (used < room) {
            List<String> rare = Collections.nCopies(Math.clamp(times / 10, 1, 3), m.unique(() -> word(m)));
            used += tokens(m, rare);
            if (used <= room) {
                drawn.addAll(rare);
            }
        }
        return shuffled(m, drawn, question);
    }

    /// Coded words by Zipf's law of exponent 2, as RULER draws them.
    private static Trial frequentWords(Material m) {
        List<String> words = words(m, 64);
        double[] weights = new double[words.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = Math.pow(i + 1.0, -2);
        }
        Question question = list(m, "The three most frequent coded words above are:", words.subList(0, FREQUENT_WORDS));
        int room = m.room(List.of(question), false) - m.begin().length;
        double sum = Arrays.stream(weights).sum();
        int wordTokens = m.encode(" " + words.getFirst()).length;
        List<String> drawn = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            drawn.addAll(Collections.nCopies((int) (weights[i] / sum * room / wordTokens), words.get(i)));
        }
        return shuffled(m, drawn, question);
    }

    private static List<String> words(Material m, int count) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            words.add(m.unique(() -> word(m)));
        }
        return words;
    }

    private static String word(Material m) {
        return FactStyle.pseudoWord(m.random(), 2);
    }

    private static int tokens(Material m, List<String> words) {
        return words.stream().mapToInt(word -> m.encode(" " + word).length).sum();
    }

    private static Question list(Material m, String question, List<String> words) {
        List<Segment> segments = new ArrayList<>(List.of(m.given("\n" + question)));
        words.forEach(word -> segments.add(m.wanted(" " + word)));
        return new Question(OptionalDouble.empty(), segments);
    }

    private static Trial shuffled(Material m, List<String> words, Question question) {
        Collections.shuffle(words, m.random());
        return m.trial(words.stream().map(word -> m.encode(" " + word)).toList(), List.of(question), false);
    }

    private static String person(Material m) {
        return m.unique(() -> capital(FactStyle.pseudoWord(m.random(), 3)));
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    private static Trial oneHop(Material m) {
        List<Plant> plants = new ArrayList<>();
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < PERSONS; i++) {
            String person = person(m);
            String town = person(m);
            double depth = (i + m.random().nextDouble()) / PERSONS;
            plants.add(new Plant(depth, m.encode(" %s was born in %s.".formatted(person, town))));
            questions.add(new Question(
                    OptionalDouble.of(depth),
                    List.of(
                            m.given(" Where was %s born? %s was born in".formatted(person, person)),
                            m.wanted(" " + town))));
        }
        return m.trial(m::prose, plants, questions.subList(0, 4), false);
    }

    /// Who lives where, and what is made there: the answer leads over the town.
    private static Trial twoHops(Material m) {
        Map<String, String> lives = new LinkedHashMap<>();
        List<Plant> plants = new ArrayList<>();
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < PERSONS; i++) {
            String person = person(m);
            String town = person(m);
            String good = m.unique(() -> FactStyle.pseudoWord(m.random(), 2));
            lives.put(person, town);
            plants.add(new Plant(m.random().nextDouble(), m.encode(" %s lives in %s.".formatted(person, town))));
            plants.add(new Plant(m.random().nextDouble(), m.encode(" %s is known for its %s.".formatted(town, good))));
            questions.add(new Question(
                    OptionalDouble.empty(),
                    List.of(
                            m.given(" What is the town of %s known for? %s lives in".formatted(person, person)),
                            m.wanted(" " + lives.get(person)),
                            m.given(". %s is known for its".formatted(town)),
                            m.wanted(" " + good))));
        }
        return m.trial(m::prose, plants, questions.subList(0, 3), false);
    }
}

package h2eal.lab.eval.task;

import h2eal.lab.eval.task.Material.Plant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Needles in a haystack, after RULER (arXiv 2404.06654): facts planted in noise, in prose, or among their like.
public final class NeedleTasks {

    private static final int KEYS = 4;
    private static final int TURN_FACTS = 6;

    private NeedleTasks() {}

    /// All of them.
    public static List<Task> all() {
        return List.of(
                new Task(
                        "single-1",
                        "one number in repeated sentences",
                        (m, i, n) -> single(m, m::noise, number(m), at(i, n))),
                new Task("single-2", "one number in prose", (m, i, n) -> single(m, m::prose, number(m), at(i, n))),
                new Task("single-3", "one uuid in prose", (m, i, n) -> single(m, m::prose, uuid(m), at(i, n))),
                new Task("multikey-1", "four keys in prose, each asked for", (m, i, n) -> multiKey(m)),
                new Task(
                        "multikey-2",
                        "nothing but keys and numbers",
                        (m, i, n) -> crowd(m, Material::name, NeedleTasks::number)),
                new Task(
                        "multikey-3",
                        "nothing but uuids of uuids",
                        (m, i, n) -> crowd(m, x -> x.unique(() -> uuid(x)), NeedleTasks::uuid)),
                new Task("multivalue", "four values of one key", (m, i, n) -> multiValue(m)),
                new Task("multiquery", "four keys in one question", (m, i, n) -> multiQuery(m)),
                new Task("passkey", "a pass key in repeated sentences, by depth", (m, i, n) -> passkey(m, at(i, n))),
                new Task("turns", "several questions in one conversation", (m, i, n) -> turns(m)));
    }

    /// Trial `index` of `trials` over all depths; the middle if there is but one.
    static double at(int index, int trials) {
        return trials == 1 ? 0.5 : (double) index / (trials - 1);
    }

    private static String number(Material material) {
        return material.style().number(material.random());
    }

    private static String uuid(Material material) {
        return FactStyle.uuid(material.random());
    }

    private static Trial single(Material m, IntFunction<int[]> filler, String value, double depth) {
        String key = m.name();
        return m.trial(filler, List.of(m.fact(depth, key, value)), List.of(m.ask(depth, key, value)), false);
    }

    /// Facts of `count` keys, evenly spread, each shifted a little.
    private static void spread(Material m, int count, DoubleConsumer fact) {
        Random random = m.random();
        for (int i = 0; i < count; i++) {
            fact.accept((i + random.nextDouble()) / count);
        }
    }

    private static Trial multiKey(Material m) {
        List<Plant> plants = new ArrayList<>();
        List<Question> questions = new ArrayList<>();
        spread(m, KEYS, depth -> {
            String key = m.name();
            String value = number(m);
            plants.add(m.fact(depth, key, value));
            questions.add(m.ask(depth, key, value));
        });
        return m.trial(m::prose, plants, questions, false);
    }

    /// As many facts as the context holds, four of which are asked for.
    private static Trial crowd(Material m, Function<Material, String> keys, Function<Material, String> values) {
        List<int[]> facts = new ArrayList<>();
        List<String[]> pairs = new ArrayList<>();
        String[] sample = {keys.apply(m), values.apply(m)};
        int room = m.contextTokens()
                - m.begin().length
                - m.ask(0, sample[0], sample[1]).length() * 5 / 4;
        for (int used = 0; used < room; ) {
            String[] pair = {keys.apply(m), values.apply(m)};
            int[] fact = m.encode(m.style().statement(pair[0], pair[1]));
            used += fact.length;
            if (used <= room) {
                facts.add(fact);
                pairs.add(pair);
            }
        }
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException(
                    "a context of %d tokens does not hold a single fact".formatted(m.contextTokens()));
        }
        List<Question> questions = new ArrayList<>();
        spread(m, KEYS, depth -> {
            String[] pair = pairs.get((int) (depth * pairs.size()));
            questions.add(m.ask(depth, pair[0], pair[1]));
        });
        return m.trial(facts, questions, false);
    }

    /// The values of a key are asked for in the order in which they stand.
    private static Trial multiValue(Material m) {
        String key = m.name();
        List<Plant> plants = new ArrayList<>();
        List<Segment> segments = new ArrayList<>();
        spread(m, KEYS, depth -> {
            String value = number(m);
            plants.add(m.fact(depth, key, value));
            follow(m, segments, key, value);
        });
        return m.trial(m::prose, plants, List.of(new Question(OptionalDouble.empty(), segments)), false);
    }

    private static Trial multiQuery(Material m) {
        List<Plant> plants = new ArrayList<>();
        List<Segment> segments = new ArrayList<>();
        spread(m, KEYS, depth -> {
            String key = m.name();
            String value = number(m);
            plants.add(m.fact(depth, key, value));
            follow(m, segments, key, value);
        });
        return m.trial(m::prose, plants, List.of(new Question(OptionalDouble.empty(), segments)), false);
    }

    /// Adds the question for one more fact to a longer one.
    static void follow(Material m, List<Segment> segments, String key, String value) {
        String before = segments.isEmpty() ? "" : m.style().end();
        segments.add(m.given(before + m.style().question(key)));
        segments.add(m.wanted(m.style().answer(value)));
    }

    private static Trial passkey(Material m, double depth) {
        String key = number(m);
        int[] sentence = m.encode(" The pass key is %s. Remember it. %s is the pass key.".formatted(key, key));
        Question question = new Question(
                OptionalDouble.of(depth),
                List.of(m.given(" What is the pass key? The pass key is"), m.wanted(" " + key)));
        return m.trial(m::noise, List.of(new Plant(depth, sentence)), List.of(question), false);
    }

    /// All facts in random order, then the first one again, far from where it was asked.
    private static Trial turns(Material m) {
        List<Plant> plants = new ArrayList<>();
        List<Question> questions = new ArrayList<>();
        spread(m, TURN_FACTS, depth -> {
            String key = m.name();
            String value = number(m);
            plants.add(m.fact(depth, key, value));
            questions.add(new Question(
                    OptionalDouble.of(depth),
                    List.of(
                            m.given(m.style().question(key)),
                            m.wanted(m.style().answer(value)),
                            m.given(m.style().end()))));
        });
        Collections.shuffle(questions, m.random());
        return m.trial(m::prose, plants, questions, true);
    }
}

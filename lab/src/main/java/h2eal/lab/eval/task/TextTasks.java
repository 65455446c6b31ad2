package h2eal.lab.eval.task;

import h2eal.lab.eval.task.Material.Plant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/// Tasks over running text: what comes next, a long copy, and facts beyond the borders of documents.
public final class TextTasks {

    private static final int COPY_TOKENS = 96;
    private static final int CUE_TOKENS = 24;
    private static final int PROSE_TOKENS = 64;
    private static final int DOCUMENTS = 4;

    private TextTasks() {}

    /// All of them.
    public static List<Task> all() {
        return List.of(
                new Task(
                        "copy",
                        "a part of a long list of meaningless words, again",
                        (m, i, n) -> copy(m, NeedleTasks.at(i, n))),
                new Task("prose", "real prose, continued: perplexity and distance to dense", (m, i, n) -> prose(m)),
                new Task(
                        "packed",
                        "a fact behind the end of its document",
                        Task.Needs.END_OF_TEXT,
                        (m, i, n) -> packed(m)));
    }

    /// A long list of words without sense; one part of it is said again.
    private static Trial copy(Material m, double depth) {
        int length = m.contextTokens() - m.begin().length - COPY_TOKENS;
        if (length < COPY_TOKENS) {
            throw new IllegalArgumentException(
                    "a context of %d tokens is too short for a copy".formatted(m.contextTokens()));
        }
        int[] list = m.nonsense(length);
        int from = (int) (depth * (length - COPY_TOKENS));
        Question question = new Question(
                OptionalDouble.of(depth),
                List.of(
                        new Segment(Arrays.copyOfRange(list, from, from + CUE_TOKENS), false),
                        new Segment(Arrays.copyOfRange(list, from + CUE_TOKENS, from + COPY_TOKENS), true)));
        return m.trial(List.of(list), List.of(question), false);
    }

    private static Trial prose(Material m) {
        int[] text = m.prose(m.contextTokens() - m.begin().length);
        if (text.length < PROSE_TOKENS + 2) {
            throw new IllegalArgumentException(
                    "a context of %d tokens is too short for prose".formatted(m.contextTokens()));
        }
        int scored = text.length - PROSE_TOKENS;
        Question question = new Question(
                OptionalDouble.empty(),
                List.of(
                        new Segment(Arrays.copyOfRange(text, scored - 1, scored), false),
                        new Segment(Arrays.copyOfRange(text, scored, text.length), true)));
        return m.trial(List.of(Arrays.copyOf(text, scored - 1)), List.of(question), false);
    }

    private static Trial packed(Material m) {
        int[] end = {m.tokenizer().endToken().orElseThrow()};
        List<Plant> plants = new ArrayList<>();
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            String key = m.name();
            String value = m.style().number(m.random());
            double depth = (i + 0.5) / DOCUMENTS;
            plants.add(m.fact(depth, key, value));
            plants.add(new Plant((i + 1.0) / DOCUMENTS, end));
            questions.add(m.ask(depth, key, value));
        }
        return m.trial(m::prose, plants, questions, false);
    }
}

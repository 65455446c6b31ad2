package h2eal.lab.eval.suite;

import h2eal.lab.eval.task.NeedleTasks;
import h2eal.lab.eval.task.ReasoningTasks;
import h2eal.lab.eval.task.Task;
import h2eal.lab.eval.task.TextTasks;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Tasks that are run together.
///
/// @param name as the user wrote it
/// @param tasks in the order of the tables
public record Suite(String name, List<Task> tasks) {

    /// The suite of every task.
    public static final String ALL = "all";

    private static final List<String> QUICK = List.of("single-2", "multikey-1", "turns", "copy", "prose");
    private static final List<String> OWN = List.of("passkey", "turns");

    public Suite {
        tasks = List.copyOf(tasks);
    }

    /// The suite of a name, or of names of tasks joined by commas.
    ///
    /// @throws IllegalArgumentException naming what exists, if a name is neither
    public static Suite of(String words) {
        Map<String, List<Task>> suites = suites();
        if (suites.containsKey(words)) {
            return new Suite(words, suites.get(words));
        }
        Map<String, Task> tasks = every().stream().collect(Collectors.toMap(Task::name, task -> task));
        return new Suite(
                words,
                Arrays.stream(words.split(","))
                        .map(word -> {
                            if (!tasks.containsKey(word)) {
                                throw new IllegalArgumentException("%s: no such suite or task; suites: %s; tasks: %s"
                                        .formatted(
                                                word, String.join(", ", suites.keySet()), String.join(", ", names())));
                            }
                            return tasks.get(word);
                        })
                        .toList());
    }

    /// Names of all tasks.
    public static List<String> names() {
        return every().stream().map(Task::name).toList();
    }

    private static List<Task> every() {
        return Stream.of(NeedleTasks.all(), ReasoningTasks.all(), TextTasks.all())
                .flatMap(List::stream)
                .toList();
    }

    private static Map<String, List<Task>> suites() {
        Map<String, List<Task>> suites = new LinkedHashMap<>();
        suites.put(ALL, every());
        suites.put(
                "ruler",
                Stream.concat(NeedleTasks.all().stream(), ReasoningTasks.all().stream())
                        .filter(task -> !OWN.contains(task.name()))
                        .toList());
        suites.put("quick", only(task -> QUICK.contains(task.name())));
        return suites;
    }

    private static List<Task> only(Predicate<Task> wanted) {
        return every().stream().filter(wanted).toList();
    }
}

package h2eal.lab.eval.task;

import h2eal.runtime.text.Tokenizer;
import java.util.Objects;
import java.util.Optional;

/// A kind of question that can be drawn for any context and any tokenizer.
///
/// @param name lower-case, as in suites and tables
/// @param about what is asked, in one line
/// @param needs what a model must have for it
/// @param generator draws trials
public record Task(String name, String about, Needs needs, Generator generator) {

    public Task {
        Objects.requireNonNull(needs, "needs");
        Objects.requireNonNull(generator, "generator");
    }

    Task(String name, String about, Generator generator) {
        this(name, about, Needs.NOTHING, generator);
    }

    /// Draws one trial.
    @FunctionalInterface
    public interface Generator {

        /// Trial `index` of `trials`, which are spread over the depths.
        ///
        /// @throws IllegalArgumentException if the context is too short for the task
        Trial draw(Material material, int index, int trials);
    }

    /// Special tokens that a task needs.
    public enum Needs {
        /// None.
        NOTHING,
        /// A token that ends a text, to separate documents.
        END_OF_TEXT
    }

    /// Why a model cannot be asked; empty if it can.
    public Optional<String> refusal(Tokenizer tokenizer) {
        return switch (needs) {
            case NOTHING -> Optional.empty();
            case END_OF_TEXT ->
                tokenizer.endToken().isPresent()
                        ? Optional.empty()
                        : Optional.of("task %s separates documents by an end-of-text token, which the model has not"
                                .formatted(name));
        };
    }
}

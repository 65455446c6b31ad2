package h2eal.lab.eval.task;

import java.util.List;

/// One context and what is asked about it.
///
/// @param context tokens read before anything is asked
/// @param questions asked in order
/// @param conversation whether a question sees the ones before and their answers; else each sees the context alone
public record Trial(int[] context, List<Question> questions, boolean conversation) {

    public Trial {
        context = context.clone();
        questions = List.copyOf(questions);
        if (context.length == 0 || questions.isEmpty()) {
            throw new IllegalArgumentException("a trial has a context and a question");
        }
    }

    /// Tokens in the cache when the last question has been answered.
    public int mostTokens() {
        return context.length + room(questions, conversation);
    }

    /// Tokens that questions take up beside the context.
    static int room(List<Question> questions, boolean conversation) {
        return conversation
                ? questions.stream().mapToInt(Question::length).sum()
                : questions.stream().mapToInt(Question::length).max().orElse(0);
    }
}

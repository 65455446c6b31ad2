package h2eal.lab.eval.score;

import java.util.List;

/// What counts as the score of a task, from 0 to 1.
public enum Measure {
    /// Share of the reference answers that greedy decoding says in full: RULER's metric.
    EXACT,
    /// Share of the tokens of the references that greedy decoding says, given the ones before: for tasks of which the
    /// model does nothing whole with dense attention either, and for running text.
    TOKENS;

    /// Whole answers, if dense attention gets a single one right.
    static Measure of(List<Reply> dense) {
        return dense.stream().anyMatch(reply -> reply.right() > 0) ? EXACT : TOKENS;
    }

    double of(Reply reply) {
        return switch (this) {
            case EXACT -> reply.exactShare();
            case TOKENS -> reply.tokenShare();
        };
    }
}

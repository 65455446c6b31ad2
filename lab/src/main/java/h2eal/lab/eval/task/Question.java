package h2eal.lab.eval.task;

import java.util.List;
import java.util.OptionalDouble;

/// A question with its reference answers in the places where they belong. The model is led along: after a reference has
/// been scored, what follows is asked as if it had been answered.
///
/// @param depth where in the context the answer stands, 0 for its start and 1 for its end; empty if in many places
/// @param segments what is given and what is wanted, in turn; the first is given
public record Question(OptionalDouble depth, List<Segment> segments) {

    public Question {
        segments = List.copyOf(segments);
        if (segments.size() < 2
                || segments.getFirst().wanted()
                || segments.getFirst().tokens().length == 0) {
            throw new IllegalArgumentException("a question is given before an answer is wanted");
        }
    }

    /// Tokens of all segments.
    public int length() {
        return segments.stream().mapToInt(segment -> segment.tokens().length).sum();
    }

    /// Tokens that are scored.
    public int wantedTokens() {
        return segments.stream()
                .filter(Segment::wanted)
                .mapToInt(segment -> segment.tokens().length)
                .sum();
    }
}

package h2eal.lab.eval.task;

/// Tokens of a question that are given, or that the model is to say itself.
///
/// @param wanted whether these tokens are a reference answer
public record Segment(int[] tokens, boolean wanted) {

    public Segment {
        tokens = tokens.clone();
        if (wanted && tokens.length == 0) {
            throw new IllegalArgumentException("a reference answer has at least one token");
        }
    }
}

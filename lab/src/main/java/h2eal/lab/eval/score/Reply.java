package h2eal.lab.eval.score;

/// What one attention made of the reference answers of one question, or of several: sums that add up.
///
/// @param references reference answers
/// @param right those that greedy decoding would have said in full
/// @param tokens tokens of all references
/// @param rightTokens those that greedy decoding would have said, given the ones before
/// @param agreeing tokens whose greedy choice is the dense one, right or wrong
/// @param loss negative log-likelihood of all tokens, in nats
/// @param divergence Kullback-Leibler divergence from dense at all tokens, in nats
public record Reply(
        int references, int right, int tokens, int rightTokens, int agreeing, double loss, double divergence) {

    /// Before anything is asked.
    static final Reply NONE = new Reply(0, 0, 0, 0, 0, 0, 0);

    Reply plus(Reply other) {
        return new Reply(
                references + other.references,
                right + other.right,
                tokens + other.tokens,
                rightTokens + other.rightTokens,
                agreeing + other.agreeing,
                loss + other.loss,
                divergence + other.divergence);
    }

    /// Share of the references that are right in full.
    double exactShare() {
        return (double) right / references;
    }

    /// Share of the tokens that are right.
    double tokenShare() {
        return (double) rightTokens / tokens;
    }
}

package h2eal.runtime;

import h2eal.runtime.llama.ForwardPass;
import h2eal.runtime.llama.LayerAttention;
import java.util.List;
import java.util.Optional;

/// One step of several sessions in one pass over the weights, with scratch that is used again: as long as as many
/// sessions take part, it allocates nothing.
final class BatchStep {

    private final ForwardPass forward;
    private final LayerAttention attention = this::attend;
    private List<Session> sessions = List.of();
    private int[] positions = {};
    private int[] limits = {};
    private float[][] logits = {};

    BatchStep(ForwardPass forward) {
        this.forward = forward;
    }

    /// Appends `tokens[t]` to session `t`. The sessions are different ones.
    void run(List<Session> sessions, int[] tokens) {
        long start = System.nanoTime();
        this.sessions = sessions;
        if (positions.length != tokens.length) {
            positions = new int[tokens.length];
            limits = new int[tokens.length];
            logits = new float[tokens.length][];
        }
        for (int t = 0; t < tokens.length; t++) {
            Session session = sessions.get(t);
            session.begin(tokens[t]);
            positions[t] = session.contextTokens();
            limits[t] = session.contextLimit();
            logits[t] = session.logits();
        }
        forward.runEach(tokens, positions, limits, attention);
        forward.logitsOfEach(logits);
        long nanoseconds = System.nanoTime() - start;
        for (int t = 0; t < tokens.length; t++) {
            sessions.get(t).end(nanoseconds, Optional.empty());
        }
    }

    private void attend(int layer, float[] queries, float[] keys, float[] values, float[] out, int batch) {
        for (int t = 0; t < batch; t++) {
            sessions.get(t).attend(layer, t, queries, keys, values, out);
        }
    }
}

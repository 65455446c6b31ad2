package h2eal.lab.eval;

import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import java.util.Arrays;

/// How well the estimate of dropped attention held: what heads with a mass target were estimated to drop, and what they
/// did, over the decode steps on a text.
///
/// @param steps decode steps
/// @param selections selections of single KV heads in them
/// @param estimated mean share estimated to be dropped
/// @param dropped mean share dropped
/// @param within share of the selections that dropped no more than was estimated
/// @param tolerated share of the selections that dropped no more than was tolerated
/// @param worst largest share that a single selection dropped
/// @param byteFactor bytes of dense attention for each byte read
public record MassHeld(
        int steps,
        int selections,
        double estimated,
        double dropped,
        double within,
        double tolerated,
        double worst,
        double byteFactor) {

    /// Reads all but the last `steps` of `tokens`, then steps through those.
    ///
    /// @param options whose attention has a mass target
    /// @param tolerance share that may be dropped
    public static MassHeld of(Engine engine, SessionOptions options, int[] tokens, int steps, double tolerance) {
        Sums sums = new Sums();
        try (Session session = engine.session(options)) {
            session.prefill(Arrays.copyOf(tokens, tokens.length - steps));
            for (int i = tokens.length - steps; i < tokens.length; i++) {
                session.stepWithMass(
                        tokens[i], (layer, head, estimated, dropped) -> sums.add(estimated, dropped, tolerance));
            }
            return sums.held(steps, session.counters().savedFactor());
        }
    }

    /// Sums over selections.
    private static final class Sums {
        private int selections;
        private double estimated;
        private double dropped;
        private int within;
        private int tolerated;
        private double worst;

        void add(double estimate, double truth, double tolerance) {
            selections++;
            estimated += estimate;
            dropped += truth;
            within += truth <= estimate ? 1 : 0;
            tolerated += truth <= tolerance ? 1 : 0;
            worst = Math.max(worst, truth);
        }

        MassHeld held(int steps, double byteFactor) {
            double count = selections;
            return new MassHeld(
                    steps,
                    selections,
                    estimated / count,
                    dropped / count,
                    within / count,
                    tolerated / count,
                    worst,
                    byteFactor);
        }
    }
}

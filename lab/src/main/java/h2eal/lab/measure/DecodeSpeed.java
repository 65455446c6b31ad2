package h2eal.lab.measure;

import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.workload.ReadCounts;
import java.util.Arrays;

/// How long one decode step takes at one depth, dense and hybrid, measured in turn on one machine in one run.
///
/// @param contextTokens tokens in the cache, filled with noise
/// @param denseMilliseconds median of a dense step
/// @param hybridMilliseconds median of a hybrid step
/// @param hybrid what the measured hybrid steps read, and what dense ones would have
public record DecodeSpeed(int contextTokens, double denseMilliseconds, double hybridMilliseconds, ReadCounts hybrid) {

    private static final int WARM_UP = 4;

    /// Measures one depth.
    ///
    /// @param options of the dense session; the hybrid one differs in its attention only
    /// @param steps pairs of steps measured
    public static DecodeSpeed of(
            Engine engine, SessionOptions options, AttentionMode.Hybrid hybrid, int contextTokens, int steps) {
        SessionOptions sized = options.withContext(contextTokens + WARM_UP + steps, true);
        AttentionMode pages = new AttentionMode.Dense(hybrid.attention().geometry());
        try (Session dense = engine.session(sized.with(pages));
                Session sparse = engine.session(sized.with(hybrid))) {
            dense.fillWithNoise(contextTokens, 1);
            sparse.fillWithNoise(contextTokens, 1);
            for (int i = 0; i < WARM_UP; i++) {
                dense.step(1);
                sparse.step(1);
            }
            double[] denseTimes = new double[steps];
            double[] sparseTimes = new double[steps];
            for (int i = 0; i < steps; i++) {
                denseTimes[i] = milliseconds(dense);
                sparseTimes[i] = milliseconds(sparse);
            }
            return new DecodeSpeed(contextTokens, median(denseTimes), median(sparseTimes), sparse.counters());
        }
    }

    /// Dense time over hybrid time.
    public double speedup() {
        return denseMilliseconds / hybridMilliseconds;
    }

    private static double milliseconds(Session session) {
        long start = System.nanoTime();
        session.step(1);
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}

package h2eal.lab.speed;

import com.sun.management.ThreadMXBean;
import h2eal.model.Precision;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.workload.ReadCounts;
import java.lang.management.ManagementFactory;

/// How long one decode step takes at one depth, dense and hybrid, measured in turn on one machine in one run; and the
/// prefill that led there.
///
/// @param kv precision of the cache
/// @param contextTokens tokens in the cache, filled with noise
/// @param dense a dense step
/// @param hybrid a hybrid step
/// @param reads what the measured hybrid steps read, and what dense ones would have
/// @param densePrefill a prompt that leads to that depth, dense
/// @param hybridPrefill the same where streaming heads read sink and window only, and retrieval heads along lines if so
///     asked
/// @param hybridPrefillReads what that prefill read, and what a dense one would have
/// @param denseCacheBytes memory of the dense cache
/// @param hybridCacheBytes memory of the hybrid cache, key summaries included
/// @param allocatedBytesPerStep what a step leaves to the garbage collector, on all threads
public record DecodeSpeed(
        Precision kv,
        int contextTokens,
        Milliseconds dense,
        Milliseconds hybrid,
        ReadCounts reads,
        PrefillSpeed densePrefill,
        PrefillSpeed hybridPrefill,
        ReadCounts hybridPrefillReads,
        long denseCacheBytes,
        long hybridCacheBytes,
        double allocatedBytesPerStep) {

    /// Steps of a fork that warms up, at most: it goes no deeper than the measured steps do.
    private static final int WARM_UP_STEPS = 64;
    /// Pairs of steps before the first that counts: at least so many.
    private static final int LEAST_WARM_UP = 4;

    private static final long WARM_UP_NANOSECONDS = 3_000_000_000L;
    /// Code that is not compiled yet keeps vectors on the heap. While it does, warming up goes on for so long.
    private static final long LONGEST_WARM_UP_NANOSECONDS = 12_000_000_000L;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Measures one depth.
    ///
    /// @param options of the dense session; the hybrid one differs in its attention and forgets what it never reads
    ///     again
    /// @param promptTokens tokens of the prefill
    /// @param steps pairs of steps measured
    public static DecodeSpeed of(
            Engine engine,
            SessionOptions options,
            AttentionMode.Hybrid hybrid,
            int contextTokens,
            int promptTokens,
            int steps) {
        SessionOptions sized =
                options.withContext(contextTokens + Math.max(WARM_UP_STEPS, LEAST_WARM_UP + steps), true);
        AttentionMode pages = new AttentionMode.Dense(hybrid.attention().geometry());
        try (Session dense = engine.session(sized.with(pages));
                Session sparse = engine.session(sized.with(hybrid).forgettingStreamed())) {
            int prompt = Math.min(promptTokens, contextTokens - 1);
            PrefillSpeed densePrefill = PrefillSpeed.at(dense, contextTokens - prompt, prompt);
            PrefillSpeed sparsePrefill = PrefillSpeed.at(sparse, contextTokens - prompt, prompt);
            warmUp(dense, sparse);
            Stopwatch denseSteps = new Stopwatch(steps);
            Stopwatch sparseSteps = new Stopwatch(steps);
            Runnable denseStep = () -> dense.step(1);
            Runnable sparseStep = () -> sparse.step(1);
            long allocated = THREADS.getTotalThreadAllocatedBytes();
            for (int i = 0; i < steps; i++) {
                denseSteps.time(denseStep);
                sparseSteps.time(sparseStep);
            }
            allocated = THREADS.getTotalThreadAllocatedBytes() - allocated;
            return new DecodeSpeed(
                    options.kv(),
                    contextTokens,
                    denseSteps.result(),
                    sparseSteps.result(),
                    sparse.counters(),
                    densePrefill,
                    sparsePrefill,
                    sparse.prefillCounters(),
                    dense.cacheBytes(),
                    sparse.cacheBytes(),
                    allocated / 2.0 / steps);
        }
    }

    /// Steps on forks: a small model takes thousands before its code is compiled, which would lead far from the depth.
    private static void warmUp(Session dense, Session sparse) {
        long start = System.nanoTime();
        boolean isWarm = false;
        while (!isWarm) {
            try (Session denseFork = dense.fork();
                    Session sparseFork = sparse.fork()) {
                for (int pair = 1; pair <= WARM_UP_STEPS && !isWarm; pair++) {
                    long allocated = THREADS.getTotalThreadAllocatedBytes();
                    denseFork.step(1);
                    sparseFork.step(1);
                    allocated = THREADS.getTotalThreadAllocatedBytes() - allocated;
                    long limit = allocated == 0 ? WARM_UP_NANOSECONDS : LONGEST_WARM_UP_NANOSECONDS;
                    isWarm = pair >= LEAST_WARM_UP && System.nanoTime() - start > limit;
                }
            }
        }
        // the pages that forks shared are each session's own again, and the selections begin anew
        for (int pair = 0; pair < LEAST_WARM_UP; pair++) {
            dense.step(1);
            sparse.step(1);
        }
    }

    /// Dense time over hybrid time.
    public double speedup() {
        return dense.median() / hybrid.median();
    }
}

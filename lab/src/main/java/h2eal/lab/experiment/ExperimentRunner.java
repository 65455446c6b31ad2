package h2eal.lab.experiment;

import h2eal.lab.cache.ResultCache;
import h2eal.lab.cache.Watcher;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.yaml.SpecException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Runs the points of experiments in parallel, from the cache where they have been run before. The results come in the
/// order of the points, whatever finished first.
///
/// @param cache results by content hash
/// @param threads points that run at the same time
/// @param type of the results
/// @param measure what a design point costs; refuses one that does not fit its accelerator with a [SpecException]
/// @param <R> a record
public record ExperimentRunner<R>(ResultCache cache, int threads, Class<R> type, Function<DesignPoint, R> measure) {

    /// Runs every point that the cache does not know.
    ///
    /// @throws IOException if a result cannot be kept
    /// @return the results of the points, in their order
    /// @throws SpecException if a point does not fit its accelerator
    /// @throws CancellationException if the watcher stopped the run
    public List<R> run(Experiment experiment, Watcher watcher) throws IOException {
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<R>> results = new ArrayList<>();
            for (Experiment.Point point : experiment.points()) {
                results.add(pool.submit(() -> {
                    R result = result(point, watcher);
                    watcher.done(done.incrementAndGet());
                    return result;
                }));
            }
            return collect(results);
        }
    }

    private R result(Experiment.Point point, Watcher watcher) throws IOException {
        return cache.result(point.key(), type, watcher, () -> measured(point));
    }

    private R measured(Experiment.Point point) {
        try {
            return measure.apply(point.design());
        } catch (SpecException refused) {
            throw new SpecException("%s: %s".formatted(point.coordinates(), refused.getMessage()));
        }
    }

    /// All results, or the first failure; points not yet begun are then dropped.
    private static <R> List<R> collect(List<Future<R>> futures) throws IOException {
        List<R> results = new ArrayList<>();
        try {
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case IOException storage -> throw storage;
                case RuntimeException refused -> throw refused;
                case Error error -> throw error;
                default -> throw new IllegalStateException(failure.getCause());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CancellationException();
        } finally {
            futures.forEach(future -> future.cancel(false));
        }
    }
}

package h2eal.lab.experiment;

import h2eal.lab.cache.ResultCache;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.result.Json;
import h2eal.lab.result.ResultRow;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.yaml.SpecException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Runs the points of experiments in parallel, from the cache where they have been run before. The rows come in the
/// order of the points, whatever finished first.
///
/// @param cache results by content hash
/// @param threads points that run at the same time
/// @param measure what a design point costs
public record ExperimentRunner(ResultCache cache, int threads, Function<DesignPoint, SimulationResult> measure) {

    /// Told about the run, and asked whether to go on; called by all threads.
    public interface Watcher {

        /// So many points are done.
        void done(int points);

        /// Whether the user wants to stop; what is finished stays in the cache.
        boolean stopped();

        /// Whether every point is computed, whatever the cache holds.
        boolean ignoresCache();
    }

    /// Runs every point that the cache does not know.
    ///
    /// @throws IOException if a result cannot be kept
    /// @throws SpecException if a point does not fit its accelerator
    /// @throws CancellationException if the watcher stopped the run
    public ResultTable run(Experiment experiment, Watcher watcher) throws IOException {
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<ResultRow>> rows = new ArrayList<>();
            for (Experiment.Point point : experiment.points()) {
                rows.add(pool.submit(() -> {
                    ResultRow row = row(point, watcher);
                    watcher.done(done.incrementAndGet());
                    return row;
                }));
            }
            return new ResultTable(experiment.name(), collect(rows));
        }
    }

    private ResultRow row(Experiment.Point point, Watcher watcher) throws IOException {
        Optional<String> known = cache.get(point.key());
        if (known.isPresent() && !watcher.ignoresCache()) {
            return new ResultRow(point.coordinates(), Json.read(known.get(), SimulationResult.class));
        }
        if (watcher.stopped()) {
            throw new CancellationException();
        }
        SimulationResult result = measure.apply(point.design());
        if (!result.fits()) {
            throw new SpecException(
                    "%s: %s".formatted(point.coordinates(), result.capacity().explanation()));
        }
        cache.put(point.key(), Json.line(result));
        return new ResultRow(point.coordinates(), result);
    }

    /// All rows, or the first failure; points not yet begun are then dropped.
    private static List<ResultRow> collect(List<Future<ResultRow>> futures) throws IOException {
        List<ResultRow> rows = new ArrayList<>();
        try {
            for (Future<ResultRow> future : futures) {
                rows.add(future.get());
            }
            return rows;
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

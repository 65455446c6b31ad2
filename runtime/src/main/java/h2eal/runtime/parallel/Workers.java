package h2eal.runtime.parallel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A fixed crew of threads that run one job at a time, each its own share; the calling thread is worker 0.
///
/// A forward pass hands out hundreds of jobs per token, so handing over is two volatile writes and no lock: workers
/// spin for a while before they sleep. Shares depend on the worker's number only, so a worker reads the same weights
/// at every token. One thread at a time may call [#run].
public final class Workers implements AutoCloseable {

    /// One share of a job.
    @FunctionalInterface
    public interface Job {
        /// Does share `worker` of `workers`.
        void run(int worker, int workers);
    }

    /// Spins before sleeping: some tens of microseconds, longer than the serial work between two jobs.
    private static final int SPINS = 2_000;

    private final Thread[] threads;
    private final AtomicInteger pending = new AtomicInteger();
    private Job job;
    private volatile int generation;
    private volatile boolean closed;
    private volatile Throwable failure;

    /// A crew of `count` workers, the caller included.
    public Workers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("a crew needs at least one worker: " + count);
        }
        threads = new Thread[count - 1];
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            threads[i] =
                    Thread.ofPlatform().daemon().name("h2eal-worker-" + worker).unstarted(() -> serve(worker));
        }
        for (Thread thread : threads) {
            thread.start();
        }
    }

    /// Number of workers, the caller included.
    public int count() {
        return threads.length + 1;
    }

    /// Runs every share of `job` and returns when all are done. Allocates nothing.
    ///
    /// @throws IllegalStateException if a share failed on another thread; its cause is that failure
    public void run(Job job) {
        int workers = count();
        if (workers == 1) {
            job.run(0, 1);
            return;
        }
        if (closed) {
            throw new IllegalStateException("the workers are closed");
        }
        this.job = job;
        pending.set(workers - 1);
        generation++;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
        try {
            job.run(0, workers);
        } finally {
            awaitOthers();
        }
        Throwable failed = failure;
        if (failed != null) {
            failure = null;
            throw new IllegalStateException("a worker failed: " + failed, failed);
        }
    }

    /// First item of share `worker` when `items` are dealt to `workers` in runs of whole `granule`s; the share ends
    /// where the next one begins.
    public static int shareStart(int items, int granule, int worker, int workers) {
        long granules = Math.ceilDiv(items, granule);
        return (int) Math.min(items, granules * worker / workers * granule);
    }

    private void serve(int worker) {
        int done = 0;
        while (true) {
            int next = awaitGeneration(done);
            if (closed) {
                return;
            }
            done = next;
            try {
                job.run(worker, count());
            } catch (Throwable thrown) {
                failure = thrown;
            }
            pending.decrementAndGet();
        }
    }

    private int awaitGeneration(int done) {
        int spins = 0;
        while (generation == done && !closed) {
            if (spins++ < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.park(this);
            }
        }
        return generation;
    }

    private void awaitOthers() {
        int spins = 0;
        while (pending.get() > 0) {
            if (spins++ < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            LockSupport.unpark(thread);
        }
    }
}

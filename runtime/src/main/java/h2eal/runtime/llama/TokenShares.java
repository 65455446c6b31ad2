package h2eal.runtime.llama;

import h2eal.runtime.parallel.Workers;
import java.util.Objects;

/// Shares the tokens of a batch out to the workers, for work that touches each token on its own.
final class TokenShares {

    /// Work on tokens `from..to` of a batch.
    @FunctionalInterface
    interface Step {
        void run(int from, int to);
    }

    private final Workers workers;
    private final Workers.Job job = this::share;
    private Step step;
    private int batch;

    TokenShares(Workers workers) {
        this.workers = Objects.requireNonNull(workers, "workers");
    }

    void run(Step step, int batch) {
        if (batch == 1) {
            // One token is done sooner than handed over.
            step.run(0, 1);
            return;
        }
        this.step = step;
        this.batch = batch;
        workers.run(job);
    }

    private void share(int worker, int count) {
        step.run(Workers.shareStart(batch, 1, worker, count), Workers.shareStart(batch, 1, worker + 1, count));
    }
}

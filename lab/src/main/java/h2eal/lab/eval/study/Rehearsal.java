package h2eal.lab.eval.study;

import h2eal.lab.eval.suite.Suite;
import h2eal.lab.eval.task.FactStyle;
import h2eal.lab.eval.task.Material;
import h2eal.lab.eval.task.Question;
import h2eal.lab.eval.task.Segment;
import h2eal.lab.eval.task.Trial;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.workload.ReadCounts;
import h2eal.workload.StepCollector;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One context and some decode steps on it, to see what an attention reads before anything is asked. The context is
/// read once for all attentions. Not one of the trials that are scored.
final class Rehearsal implements AutoCloseable {

    private static final long SEED = 977;

    private final Engine engine;
    private final SessionOptions options;
    private final int[] steps;
    private final Session base;

    /// Reads a context of `contextTokens` tokens from `prose`.
    Rehearsal(Engine engine, int[] prose, int contextTokens) {
        this.engine = engine;
        FactStyle style = FactStyle.of(engine.tokenizer().vocabularySize());
        Trial trial = Suite.of("multiquery")
                .tasks()
                .getFirst()
                .generator()
                .draw(new Material(engine.tokenizer(), prose, style, contextTokens, SEED), 0, 1);
        steps = trial.questions().stream()
                .map(Question::segments)
                .flatMap(List::stream)
                .map(Segment::tokens)
                .flatMapToInt(Arrays::stream)
                .toArray();
        options = SessionOptions.dense().withContext(trial.mostTokens(), true);
        base = engine.session(options);
        base.prefill(trial.context());
    }

    /// Bytes of dense attention for each byte that an attention reads.
    double byteFactor(AttentionMode.Hybrid mode) {
        try (Session session = engine.session(options.with(mode))) {
            session.continueFrom(base);
            for (int token : steps) {
                session.step(token);
            }
            ReadCounts counts = session.counters();
            return counts.savedFactor();
        }
    }

    /// What every head reads at every step.
    List<StepReads> reads(AttentionMode.Hybrid mode) {
        List<StepReads> reads = new ArrayList<>();
        StepCollector collector =
                new StepCollector(engine.shape().layers(), engine.shape().kvHeads(), reads::add);
        try (Session session = engine.session(options.with(mode))) {
            session.continueFrom(base);
            for (int token : steps) {
                session.step(token, collector);
            }
        }
        return reads;
    }

    @Override
    public void close() {
        base.close();
    }
}

package h2eal.sim;

import h2eal.sim.deployment.Deployment;
import h2eal.sim.deployment.WeightShards;
import h2eal.sim.dram.EngineKind;
import h2eal.sim.machine.Exchanges;
import h2eal.sim.report.AttentionReport;
import h2eal.sim.report.CapacityReport;
import h2eal.sim.report.PrefillReport;
import h2eal.sim.report.StepReport;
import h2eal.sim.step.DecodeStep;
import h2eal.sim.step.Prefill;
import h2eal.sim.step.StepTotals;
import h2eal.sim.timeline.Timeline;
import h2eal.workload.StepReads;
import java.util.List;
import java.util.Objects;

/// Simulates decode steps of a deployment. Every step starts on an idle accelerator at cycle 0, so that steps can be
/// compared and run in any order; the same reads always give the same report. One thread.
public final class Simulator {

    private final Deployment deployment;
    private final EngineKind engine;
    private final WeightShards shards;
    private final Exchanges exchanges;
    private final Accounting accounting;

    /// A simulator of `deployment` that uses `engine` for its banks.
    public Simulator(Deployment deployment, EngineKind engine) {
        this.deployment = Objects.requireNonNull(deployment, "deployment");
        this.engine = Objects.requireNonNull(engine, "engine");
        this.shards = WeightShards.of(deployment.model(), deployment.weights(), deployment.accelerator());
        this.exchanges = new Exchanges(deployment.accelerator());
        this.accounting = new Accounting(deployment);
    }

    /// Simulates one decode step of a batch.
    ///
    /// @param batch what every sequence reads, one entry per sequence
    /// @throws IllegalArgumentException if the reads do not match the deployment
    public StepReport step(List<StepReads> batch) {
        return step(batch, Timeline.OFF);
    }

    /// Simulates one decode step of a batch and tells `timeline` what every unit does.
    public StepReport step(List<StepReads> batch, Timeline timeline) {
        requireMatch(batch);
        StepTotals totals = new DecodeStep(deployment, shards, exchanges, engine, timeline).run(batch);
        return accounting.report(totals, batch.size(), context(batch), capacity());
    }

    /// Simulates only the attention of one decode step, which is what a sweep over attention and mapping asks for: a
    /// fraction of the time of [#step(List)].
    ///
    /// @param batch what every sequence reads, one entry per sequence
    /// @throws IllegalArgumentException if the reads do not match the deployment
    public AttentionReport attention(List<StepReads> batch) {
        requireMatch(batch);
        StepTotals totals = new DecodeStep(deployment, shards, exchanges, engine, Timeline.OFF).runAttention(batch);
        return accounting.attention(totals, batch.size(), context(batch));
    }

    /// Estimates how long one sequence of `tokens` tokens takes until its first new token, read in chunks of
    /// `chunkTokens`, with dense attention.
    public PrefillReport prefill(int tokens, int chunkTokens) {
        Prefill prefill = new Prefill(deployment, shards, exchanges, engine, chunkTokens);
        StepReport report = accounting.report(prefill.run(tokens), 1, tokens, capacity());
        return new PrefillReport(
                tokens, chunkTokens, prefill.blockTokens(), report.attention(), report.endToEnd(), report.phases());
    }

    /// Whether weights and the planned KV cache fit.
    public CapacityReport capacity() {
        int tiles = deployment.accelerator().mesh().tiles();
        int banks = deployment.accelerator().tile().banks();
        long fullest = 0;
        long cache = 0;
        for (int tile = 0; tile < tiles; tile++) {
            for (int bank = 0; bank < banks; bank++) {
                long used = deployment.layout().bytesUsed(tile, bank);
                fullest = Math.max(fullest, used);
                cache += used;
            }
        }
        return new CapacityReport(
                deployment.accelerator().bank().capacityBytes(),
                shards.bankBytes(),
                fullest,
                deployment.accelerator().capacityBytes(),
                shards.bankBytes() * tiles * banks,
                cache);
    }

    private static int context(List<StepReads> batch) {
        return batch.stream().mapToInt(StepReads::contextTokens).max().orElseThrow();
    }

    private void requireMatch(List<StepReads> batch) {
        if (batch.size() != deployment.batch()) {
            throw new IllegalArgumentException(
                    "the deployment has %d sequences, the step %d".formatted(deployment.batch(), batch.size()));
        }
        for (StepReads step : batch) {
            boolean matches = step.reads().size() == deployment.model().layers()
                    && step.reads().stream()
                            .allMatch(
                                    layer -> layer.size() == deployment.model().kvHeads());
            if (!matches) {
                throw new IllegalArgumentException("the reads are not those of %d layers x %d KV heads"
                        .formatted(
                                deployment.model().layers(), deployment.model().kvHeads()));
            }
        }
    }
}

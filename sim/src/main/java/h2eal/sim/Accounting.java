package h2eal.sim;

import h2eal.hardware.Accelerator;
import h2eal.model.Precision;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.energy.ActionCounts;
import h2eal.sim.energy.EnergyReport;
import h2eal.sim.energy.Pricing;
import h2eal.sim.machine.BusyTime;
import h2eal.sim.machine.PhaseCost;
import h2eal.sim.report.AttentionReport;
import h2eal.sim.report.CapacityReport;
import h2eal.sim.report.CostReport;
import h2eal.sim.report.Phase;
import h2eal.sim.report.PhaseReport;
import h2eal.sim.report.PowerReport;
import h2eal.sim.report.Roofline;
import h2eal.sim.report.StepReport;
import h2eal.sim.step.StepTotals;
import java.util.List;
import java.util.Map;

/// Prices what was counted, respects the power cap, and compares with the bound of the hardware.
final class Accounting {

    private final Accelerator accelerator;
    private final Pricing pricing;

    Accounting(Deployment deployment) {
        this.accelerator = deployment.accelerator();
        this.pricing = new Pricing(accelerator);
    }

    StepReport report(StepTotals totals, int batch, int contextTokens, CapacityReport capacity) {
        CostReport attention =
                cost(totals.attentionCycles(), totals.tally().sum(Phase::isAttention), totals.attention());
        CostReport endToEnd = cost(totals.cycles(), totals.tally().sum(phase -> true), totals.all());
        return new StepReport(
                batch, contextTokens, attention, endToEnd, phases(totals, endToEnd), totals.reads(), capacity);
    }

    AttentionReport attention(StepTotals totals, int batch, int contextTokens) {
        CostReport cost = cost(totals.attentionCycles(), totals.tally().sum(Phase::isAttention), totals.attention());
        return new AttentionReport(batch, contextTokens, cost, phases(totals, cost), totals.reads());
    }

    private List<PhaseReport> phases(StepTotals totals, CostReport whole) {
        return totals.tally().phases().entrySet().stream()
                .map(entry ->
                        phase(entry.getKey(), entry.getValue(), whole.power().slowdown()))
                .toList();
    }

    private CostReport cost(long cycles, PhaseCost cost, BusyTime busy) {
        double fullSpeed = cycles * accelerator.cycleNanoseconds();
        double dynamicWatts = pricing.price(cost.counts(), fullSpeed).dynamicPicojoules() / fullSpeed / 1000;
        PowerReport power = new PowerReport(
                dynamicWatts + pricing.staticWatts(), pricing.staticWatts(), accelerator.powerCapWatts());
        double nanoseconds = fullSpeed * power.slowdown();
        ActionCounts counts = refreshed(cost.counts(), nanoseconds);
        EnergyReport energy = pricing.price(counts, nanoseconds);
        return new CostReport(
                cycles,
                nanoseconds,
                cost.bytes(),
                rowHits(counts),
                counts,
                energy,
                power,
                cost.bankTime(),
                roofline(cycles, cost),
                busy.over(cycles));
    }

    private PhaseReport phase(Phase phase, PhaseCost cost, double slowdown) {
        double nanoseconds = cost.cycles() * accelerator.cycleNanoseconds() * slowdown;
        ActionCounts counts = refreshed(cost.counts(), nanoseconds);
        return new PhaseReport(
                phase,
                cost.cycles(),
                cost.bytes(),
                rowHits(counts),
                counts,
                pricing.price(counts, nanoseconds),
                cost.bankTime());
    }

    /// The first burst of a row is a miss, all others that are read of it are hits.
    private long rowHits(ActionCounts counts) {
        return counts.dramBytes() / accelerator.bank().burstBytes() - counts.activations();
    }

    private ActionCounts refreshed(ActionCounts counts, double nanoseconds) {
        return counts.plus(new ActionCounts(0, 0, 0, pricing.refreshedRows(nanoseconds), 0, Map.of(), 0, 0, 0, 0));
    }

    private Roofline roofline(long cycles, PhaseCost cost) {
        double tiles = accelerator.mesh().tiles();
        double compute = 0;
        for (Map.Entry<Precision, Long> macs : cost.counts().macs().entrySet()) {
            compute += macs.getValue() / (accelerator.macsPerCycle(macs.getKey()) * tiles);
        }
        return new Roofline(cost.bytes() / accelerator.peakBytesPerCycle(), compute, cycles);
    }
}

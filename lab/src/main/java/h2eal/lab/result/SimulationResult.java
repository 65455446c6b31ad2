package h2eal.lab.result;

import h2eal.sim.energy.ActionCounts;
import h2eal.sim.energy.EnergyComponent;
import h2eal.sim.energy.EnergyReport;
import h2eal.sim.report.BankTime;
import h2eal.sim.report.CapacityReport;
import h2eal.sim.report.CostReport;
import h2eal.sim.report.PhaseReport;
import h2eal.sim.report.StepReport;
import h2eal.sim.report.UnitUse;
import h2eal.workload.ReadCounts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What simulating one design point gave: a mean decode step. The fields are those of the JSON that
/// `h2eal simulate --json` writes and that result caches hold.
///
/// @param attention the attention phases alone
/// @param endToEnd the whole step
/// @param phases every phase that occurred, in order
/// @param utilisation mean busy share of banks, tiles and links over the whole step
/// @param units busy share of every bank, tile and link
/// @param counts what was read and done
/// @param fits whether weights and cache fit the memory
/// @param powerWatts mean power, at most the cap
/// @param schedule what the schedules promised
/// @param prefill estimate of reading the prompt, if it was asked for
public record SimulationResult(
        int batch,
        int contextTokens,
        Cost attention,
        Cost endToEnd,
        List<PhaseCost> phases,
        Utilisation utilisation,
        Units units,
        Counts counts,
        boolean fits,
        Capacity capacity,
        double powerWatts,
        ScheduleSummary schedule,
        Optional<PrefillResult> prefill) {

    /// What the step, or its attention, costs.
    ///
    /// @param cycles cycles of the bank interface at full speed
    /// @param nanoseconds time with the power cap respected
    /// @param bytes bytes asked of DRAM
    /// @param activations DRAM rows opened
    /// @param rowHits bursts that found their row open
    /// @param bandwidthShare achieved over peak bandwidth of all banks
    /// @param rooflineCycles bound by bandwidth and MAC rate
    /// @param throttleFactor factor by which the power cap stretched the time
    public record Cost(
            long cycles,
            double nanoseconds,
            Energy energyPicojoules,
            long bytes,
            long activations,
            long rowHits,
            double bandwidthShare,
            double rooflineCycles,
            double throttleFactor,
            BankTime bankCycles) {

        static Cost of(CostReport report) {
            return new Cost(
                    report.cycles(),
                    report.nanoseconds(),
                    Energy.of(report.energy()),
                    report.bytes(),
                    report.counts().activations(),
                    report.rowHits(),
                    report.bandwidthShare(),
                    report.roofline().boundCycles(),
                    report.power().slowdown(),
                    report.bankTime());
        }
    }

    /// Energy in all and by component.
    public record Energy(double total, Map<String, Double> byComponent) {

        static Energy of(EnergyReport report) {
            Map<String, Double> byComponent = new TreeMap<>();
            for (EnergyComponent component : EnergyComponent.values()) {
                byComponent.put(camelCase(component), report.picojoules(component));
            }
            return new Energy(report.totalPicojoules(), byComponent);
        }
    }

    /// One phase, summed over layers: cycles of the mean tile, waiting included.
    public record PhaseCost(
            String phase,
            boolean attention,
            double cycles,
            long bytes,
            long activations,
            long rowHits,
            double energyPicojoules,
            double bandwidthShare,
            BankTime bankCycles) {

        static PhaseCost of(PhaseReport report) {
            return new PhaseCost(
                    camelCase(report.phase()),
                    report.phase().isAttention(),
                    report.cycles(),
                    report.bytes(),
                    report.counts().activations(),
                    report.rowHits(),
                    report.energy().totalPicojoules(),
                    report.bandwidthShare(),
                    report.bankTime());
        }
    }

    /// Mean busy shares.
    public record Utilisation(double banks, double tiles, double links) {}

    /// Busy share of every unit.
    public record Units(List<Double> banks, List<Double> tiles, List<Double> links) {

        static Units of(h2eal.sim.report.Utilisation use) {
            return new Units(rounded(use.banks()), rounded(use.tiles()), rounded(use.links()));
        }

        private static List<Double> rounded(UnitUse use) {
            return use.each().stream()
                    .map(share -> Math.round(share * 1e4) / 1e4)
                    .toList();
        }
    }

    /// What was read of the cache, and the actions that energy is charged for.
    public record Counts(
            long pagesScored,
            long pagesRead,
            long pagesSkipped,
            long cacheBytesRead,
            long denseCacheBytes,
            long activations,
            long readBytes,
            long writtenBytes,
            long refreshedRows,
            long sramBytes,
            long macs,
            long specials,
            long scores,
            long candidates,
            long hopBytes) {

        static Counts of(ReadCounts reads, ActionCounts actions) {
            return new Counts(
                    reads.pagesScored(),
                    reads.pagesRead(),
                    reads.pagesSkipped(),
                    reads.bytesRead(),
                    reads.denseBytes(),
                    actions.activations(),
                    actions.readBytes(),
                    actions.writtenBytes(),
                    actions.refreshedRows(),
                    actions.sramBytes(),
                    actions.totalMacs(),
                    actions.specials(),
                    actions.scores(),
                    actions.candidates(),
                    actions.hopBytes());
        }
    }

    /// Memory needed against memory there is; `explanation` says what does not fit.
    public record Capacity(long totalBytes, long weightBytes, long cacheBytes, String explanation) {

        static Capacity of(CapacityReport report) {
            return new Capacity(
                    report.totalBytes(), report.totalWeightBytes(), report.totalCacheBytes(), report.explanation());
        }
    }

    /// The result of one step.
    public static SimulationResult of(StepReport report, ScheduleSummary schedule) {
        return new SimulationResult(
                report.batch(),
                report.contextTokens(),
                Cost.of(report.attention()),
                Cost.of(report.endToEnd()),
                report.phases().stream().map(PhaseCost::of).toList(),
                new Utilisation(
                        report.endToEnd().utilisation().banks().mean(),
                        report.endToEnd().utilisation().tiles().mean(),
                        report.endToEnd().utilisation().links().mean()),
                Units.of(report.endToEnd().utilisation()),
                Counts.of(report.reads(), report.endToEnd().counts()),
                report.capacity().fits(),
                Capacity.of(report.capacity()),
                report.endToEnd().power().watts(),
                schedule,
                Optional.empty());
    }

    /// This result with the estimate of reading the prompt.
    public SimulationResult with(PrefillResult estimate) {
        return new SimulationResult(
                batch,
                contextTokens,
                attention,
                endToEnd,
                phases,
                utilisation,
                units,
                counts,
                fits,
                capacity,
                powerWatts,
                schedule,
                Optional.of(estimate));
    }

    /// `DRAM_COLUMN` as `dramColumn`.
    private static String camelCase(Enum<?> constant) {
        StringBuilder text = new StringBuilder();
        for (String word : constant.name().toLowerCase(Locale.ROOT).split("_")) {
            text.append(text.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return text.toString();
    }
}

package h2eal.cli.simulation;

import h2eal.cli.console.Console;
import h2eal.cli.console.Table;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.result.SimulationResult;
import h2eal.lab.result.SimulationResult.Cost;
import h2eal.lab.result.SimulationResult.PhaseCost;
import h2eal.sim.report.BankTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A simulation's result for a terminal.
final class SimulationText {

    private static final double PICOJOULES_PER_MICROJOULE = 1e6;
    private static final double NANOSECONDS_PER_MICROSECOND = 1e3;
    private static final double CLOSE_TO_SCHEDULE = 0.05;
    private static final double BYTES_PER_MEBIBYTE = 1 << 20;

    private SimulationText() {}

    static void print(Console console, DesignPoint point, SimulationResult result) {
        console.print("%s, %d tokens, batch %d, on %s as %s, attention %s (%d of %d heads retrieve); mean of %d steps%n"
                .formatted(
                        point.model().shape().name(),
                        result.contextTokens(),
                        result.batch(),
                        point.hardware().name(),
                        point.mapping().name(),
                        point.attention().name(),
                        point.heads().retrievalHeads(),
                        point.heads().layers() * point.heads().kvHeads(),
                        point.workload().steps()));
        console.print(phases(result).text());
        console.print("");
        console.print(costs(result).text());
        console.print("");
        console.print(bandwidth(result).text());
        console.print("");
        console.print("pages read %d, skipped %d, scored %d; cache bytes read %.2f of %.2f MiB; %d row activations"
                .formatted(
                        result.counts().pagesRead(),
                        result.counts().pagesSkipped(),
                        result.counts().pagesScored(),
                        result.counts().cacheBytesRead() / BYTES_PER_MEBIBYTE,
                        result.counts().denseCacheBytes() / BYTES_PER_MEBIBYTE,
                        result.counts().activations()));
        console.print("busy: banks %s, tiles %s, links %s; schedule %.0f cycles, gap %s, utilisation %s"
                .formatted(
                        percent(result.utilisation().banks()),
                        percent(result.utilisation().tiles()),
                        percent(result.utilisation().links()),
                        result.schedule().makespanCycles(),
                        percent(result.schedule().gap()),
                        percent(result.schedule().utilisation())));
        promise(result).ifPresent(console::print);
        console.print(result.capacity().explanation());
        if (!result.fits()) {
            console.print("warning: the accelerator cannot hold this; cycles and energy are those of its banks with"
                    + " more rows");
        }
        result.prefill()
                .ifPresent(prefill -> console.print(
                        "prefill estimate, chunks of %d tokens: %.1f ms, %.0f tokens/s (attention %.1f ms), %.1f mJ"
                                .formatted(
                                        prefill.chunkTokens(),
                                        prefill.endToEnd().nanoseconds() / 1e6,
                                        prefill.tokensPerSecond(),
                                        prefill.attention().nanoseconds() / 1e6,
                                        prefill.endToEnd().energyPicojoules().total() / 1e9)));
        double throttle = result.endToEnd().throttleFactor();
        console.print("power %.1f W, cap %.1f W%s"
                .formatted(
                        result.powerWatts(),
                        point.hardware().powerCapWatts(),
                        throttle > 1 ? ": throttled, time x %.2f".formatted(throttle) : ""));
    }

    private static Table phases(SimulationResult result) {
        List<List<String>> rows = new ArrayList<>();
        for (PhaseCost phase : result.phases()) {
            rows.add(List.of(
                    phase.phase() + (phase.attention() ? " *" : ""),
                    "%.0f".formatted(phase.cycles()),
                    percent(phase.cycles() / result.endToEnd().cycles()),
                    "%.2f".formatted(phase.bytes() / BYTES_PER_MEBIBYTE),
                    "%.1f".formatted(phase.energyPicojoules() / PICOJOULES_PER_MICROJOULE),
                    percent(phase.bandwidthShare())));
        }
        return new Table(List.of("phase (* attention)", "cycles", "share", "MiB", "uJ", "bandwidth"), rows);
    }

    private static Table costs(SimulationResult result) {
        return new Table(
                List.of("", "cycles", "us", "MiB", "uJ", "of peak bandwidth", "x roofline"),
                List.of(cost("attention", result.attention()), cost("end to end", result.endToEnd())));
    }

    private static List<String> cost(String scope, Cost cost) {
        return List.of(
                scope,
                Long.toString(cost.cycles()),
                "%.1f".formatted(cost.nanoseconds() / NANOSECONDS_PER_MICROSECOND),
                "%.2f".formatted(cost.bytes() / BYTES_PER_MEBIBYTE),
                "%.1f".formatted(cost.energyPicojoules().total() / PICOJOULES_PER_MICROJOULE),
                percent(cost.bandwidthShare()),
                "%.2f".formatted(cost.cycles() / cost.rooflineCycles()));
    }

    /// Why the attention took another time than its schedules promised, if it did.
    private static Optional<String> promise(SimulationResult result) {
        double promised = result.schedule().makespanCycles();
        double excess = promised == 0 ? 0 : result.attention().cycles() / promised - 1;
        if (Math.abs(excess) <= CLOSE_TO_SCHEDULE) {
            return Optional.empty();
        }
        BankTime time = result.attention().bankCycles();
        return Optional.of(
                ("attention differs from its schedule by %+.1f %%: a schedule expects every bank to serve its"
                                + " share of the selected pages; they crowd into some (imbalance %s), beside the network (%s)"
                                + " and compute (%s)")
                        .formatted(
                                100 * excess,
                                percent(time.imbalance() / time.total()),
                                percent(time.network() / time.total()),
                                percent(time.compute() / time.total())));
    }

    private static Table bandwidth(SimulationResult result) {
        BankTime attention = result.attention().bankCycles();
        BankTime all = result.endToEnd().bankCycles();
        return new Table(
                List.of("where the banks' time went", "attention", "end to end"),
                List.of(
                        share("moving bytes", attention.transfer(), attention, all.transfer(), all),
                        share("row turn-around", attention.rowTurnaround(), attention, all.rowTurnaround(), all),
                        share("refresh", attention.refresh(), attention, all.refresh(), all),
                        share("waiting for compute", attention.compute(), attention, all.compute(), all),
                        share("waiting for the network", attention.network(), attention, all.network(), all),
                        share("imbalance", attention.imbalance(), attention, all.imbalance(), all)));
    }

    private static List<String> share(
            String reason, double attention, BankTime attentionAll, double endToEnd, BankTime endToEndAll) {
        return List.of(reason, percent(attention / attentionAll.total()), percent(endToEnd / endToEndAll.total()));
    }

    private static String percent(double share) {
        return "%.1f %%".formatted(100 * share);
    }
}

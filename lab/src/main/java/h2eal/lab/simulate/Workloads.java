package h2eal.lab.simulate;

import h2eal.attention.PageGeometry;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.design.Workload;
import h2eal.lab.trace.PageLog;
import h2eal.lab.trace.TraceFile;
import h2eal.lab.trace.TraceInput;
import h2eal.lab.yaml.SpecException;
import h2eal.model.ModelShape;
import h2eal.trace.TraceHeader;
import h2eal.workload.ReadSource;
import h2eal.workload.ScoreFilter;
import h2eal.workload.StepReads;
import h2eal.workload.SyntheticReads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The decode steps of a design point: recorded, or drawn.
public final class Workloads {

    private Workloads() {}

    /// All steps, each with what every sequence of the batch reads.
    public static List<List<StepReads>> steps(DesignPoint point) {
        return steps(point, sequence -> ScoreFilter.NONE);
    }

    /// All steps, with the drawn scores of each sequence filtered before pages are selected.
    static List<List<StepReads>> steps(DesignPoint point, IntFunction<ScoreFilter> filters) {
        Workload workload = point.workload();
        List<Iterator<StepReads>> sequences = IntStream.range(0, workload.batch())
                .mapToObj(sequence -> source(point, workload.seed() + sequence, filters.apply(sequence))
                        .steps())
                .toList();
        List<List<StepReads>> steps = new ArrayList<>();
        while (steps.size() < workload.steps() && sequences.stream().allMatch(Iterator::hasNext)) {
            steps.add(sequences.stream().map(Iterator::next).toList());
        }
        if (steps.isEmpty()) {
            throw new SpecException("the workload has no decode steps");
        }
        return steps;
    }

    private static ReadSource source(DesignPoint point, long seed, ScoreFilter filter) {
        Workload workload = point.workload();
        // A dense system reads everything, whatever the recorded run selected: only its contexts count.
        return workload.trace()
                .filter(trace -> !point.mapping().dense())
                .flatMap(trace -> recorded(trace, point))
                .orElseGet(() -> new SyntheticReads(
                        point.model().shape(),
                        point.attention().hybrid(),
                        point.heads(),
                        workload.popularity(),
                        workload.contextTokens(),
                        workload.steps(),
                        seed,
                        filter));
    }

    /// Nothing if the trace only says how much is read: its budgets are in the point's attention, pages are drawn.
    private static Optional<ReadSource> recorded(TraceInput trace, DesignPoint point) {
        return switch (trace.format()) {
            case H2RT -> Optional.of(recorded(trace.file(), point));
            case LSERVE ->
                Optional.of(PageLog.read(
                        trace.file(),
                        point.model().shape(),
                        point.attention().hybrid(),
                        point.workload().contextTokens()));
            case STARC -> Optional.empty();
        };
    }

    private static ReadSource recorded(Path file, DesignPoint point) {
        TraceFile trace = TraceFile.open(file);
        TraceHeader header = trace.header();
        ModelShape shape = point.model().shape();
        if (header.layers() != shape.layers() || header.kvHeads() != shape.kvHeads()) {
            throw new SpecException("%s: reads of %s, %d layers x %d KV heads, do not fit %s: %d x %d"
                    .formatted(
                            file,
                            header.model(),
                            header.layers(),
                            header.kvHeads(),
                            shape.name(),
                            shape.layers(),
                            shape.kvHeads()));
        }
        PageGeometry pages = point.attention().hybrid().geometry();
        if (!header.geometry().equals(pages)) {
            throw new SpecException(
                    "%s: recorded with pages of %d and summaries of %d tokens, attention %s has %d and %d"
                            .formatted(
                                    file,
                                    header.geometry().pageTokens(),
                                    header.geometry().summaryTokens(),
                                    point.attention().name(),
                                    pages.pageTokens(),
                                    pages.summaryTokens()));
        }
        return trace;
    }
}

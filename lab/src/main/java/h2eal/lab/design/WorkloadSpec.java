package h2eal.lab.design;

import h2eal.lab.trace.BudgetTable;
import h2eal.lab.trace.PageLog;
import h2eal.lab.trace.TraceFile;
import h2eal.lab.trace.TraceFormat;
import h2eal.lab.trace.TraceInput;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.Unit;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.workload.PagePopularity;
import h2eal.workload.StepReads;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;

/// Reads a `workload:` block. Only `context` must be given, and not even that beside a `trace` of ours.
///
/// `popularity` is a block as in [PopularitySpec]; `traceFormat` names the format of a trace, which its contents tell
/// otherwise.
public final class WorkloadSpec {

    /// A Zipf law with its classic exponent, and recency over 8 pages: what is drawn unless a spec says otherwise.
    public static final PagePopularity DEFAULT_POPULARITY = new PagePopularity.Zipf(1, 8);

    /// Steps simulated of a budget table unless a spec asks for more: published ones have 32,000.
    public static final int MOST_TABLE_STEPS = 64;

    private WorkloadSpec() {}

    /// The workload a block describes.
    ///
    /// @param layers layers of the model, by which a page log counts its steps
    /// @param defaultSteps steps when the block names neither steps nor trace: one refresh interval, so that a mean
    ///     holds every cost once; with a trace it is all that was recorded, with a table of budgets at most
    ///     [#MOST_TABLE_STEPS]
    public static Workload workload(Block block, int layers, int defaultSteps) {
        Fields fields =
                Fields.of(block, "workload", "context", "batch", "steps", "seed", "popularity", "trace", "traceFormat");
        Optional<TraceInput> trace = fields.has("trace") ? Optional.of(trace(block, fields)) : Optional.empty();
        return fields.build(() -> new Workload(
                context(fields, trace),
                fields.has("batch") ? fields.integer("batch", 1) : 1,
                fields.has("steps")
                        ? fields.integer("steps", 1)
                        : trace.map(input -> recordedSteps(input, layers)).orElse(defaultSteps),
                fields.has("seed") ? fields.integer("seed", 0) : 1,
                fields.has("popularity") ? PopularitySpec.popularity(fields) : DEFAULT_POPULARITY,
                trace));
    }

    /// A trace of ours knows its contexts.
    private static int context(Fields fields, Optional<TraceInput> trace) {
        if (trace.isPresent() && trace.get().format() == TraceFormat.H2RT) {
            return firstContext(trace.get().file());
        }
        if (trace.isPresent() && !fields.has("context")) {
            throw fields.wrong(
                    "trace",
                    "expected a context beside it, which %s does not tell"
                            .formatted(
                                    switch (trace.get().format()) {
                                        case H2RT, LSERVE -> "a page log";
                                        case STARC -> "a budget table";
                                    }));
        }
        return fields.wholeInt("context", Unit.TOKENS);
    }

    private static int firstContext(Path trace) {
        Iterator<StepReads> steps = TraceFile.open(trace).steps();
        if (!steps.hasNext()) {
            throw new SpecException(trace + ": holds no decode steps");
        }
        return steps.next().contextTokens();
    }

    private static int recordedSteps(TraceInput trace, int layers) {
        return switch (trace.format()) {
            case H2RT -> {
                int steps = 0;
                for (Iterator<StepReads> each = TraceFile.open(trace.file()).steps(); each.hasNext(); each.next()) {
                    steps++;
                }
                yield steps;
            }
            case LSERVE -> Math.max(1, PageLog.lines(trace.file()) / layers);
            case STARC ->
                Math.min(
                        MOST_TABLE_STEPS,
                        BudgetTable.read(trace.file()).tokens().size());
        };
    }

    private static TraceInput trace(Block block, Fields fields) {
        String writtenIn = block.fields().get("trace").place().file();
        Path file = Path.of(writtenIn).resolveSibling(fields.text("trace")).normalize();
        return fields.has("traceFormat")
                ? new TraceInput(file, fields.choice("traceFormat", TraceFormat.class))
                : TraceInput.detect(file);
    }
}

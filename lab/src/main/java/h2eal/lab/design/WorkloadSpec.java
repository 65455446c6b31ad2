package h2eal.lab.design;

import h2eal.lab.trace.TraceFile;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.Unit;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.workload.PagePopularity;
import h2eal.workload.StepReads;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;

/// Reads a `workload:` block. Only `context` must be given, and not even that beside a `trace`.
///
/// `popularity` is a block as in [PopularitySpec].
public final class WorkloadSpec {

    /// A Zipf law with its classic exponent, and recency over 8 pages: what is drawn unless a spec says otherwise.
    public static final PagePopularity DEFAULT_POPULARITY = new PagePopularity.Zipf(1, 8);

    private WorkloadSpec() {}

    /// The workload a block describes.
    ///
    /// @param defaultSteps steps when the block names neither steps nor trace: one refresh interval, so that a mean
    /// holds
    ///     every cost once; with a trace it is all that was recorded
    public static Workload workload(Block block, int defaultSteps) {
        Fields fields = Fields.of(block, "workload", "context", "batch", "steps", "seed", "popularity", "trace");
        Optional<Path> trace = fields.has("trace") ? Optional.of(trace(block, fields)) : Optional.empty();
        return fields.build(() -> new Workload(
                trace.isPresent() && !fields.has("context")
                        ? firstContext(trace.get())
                        : fields.wholeInt("context", Unit.TOKENS),
                fields.has("batch") ? fields.integer("batch", 1) : 1,
                fields.has("steps")
                        ? fields.integer("steps", 1)
                        : trace.map(WorkloadSpec::recordedSteps).orElse(defaultSteps),
                fields.has("seed") ? fields.integer("seed", 0) : 1,
                fields.has("popularity") ? PopularitySpec.popularity(fields) : DEFAULT_POPULARITY,
                trace));
    }

    private static int firstContext(Path trace) {
        Iterator<StepReads> steps = TraceFile.open(trace).steps();
        if (!steps.hasNext()) {
            throw new SpecException(trace + ": holds no decode steps");
        }
        return steps.next().contextTokens();
    }

    private static int recordedSteps(Path trace) {
        int steps = 0;
        for (Iterator<StepReads> each = TraceFile.open(trace).steps(); each.hasNext(); each.next()) {
            steps++;
        }
        return steps;
    }

    private static Path trace(Block block, Fields fields) {
        String writtenIn = block.fields().get("trace").place().file();
        return Path.of(writtenIn).resolveSibling(fields.text("trace")).normalize();
    }
}

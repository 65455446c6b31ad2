package h2eal.lab.fit;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.lab.loop.RecordedRun;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.HeadMaps;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Model;
import h2eal.lab.spec.ModelSpec;
import h2eal.lab.spec.Presets;
import h2eal.lab.trace.TraceFile;
import h2eal.workload.StepReads;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads of the shipped model while it answered from texts of 2,500 to 3,600 tokens, recorded once:
///
/// - `demo`: over the text and questions of `h2eal demo`; `refresh4` the same with a selection every four steps;
/// - `sherlock`, `sherlock-late`, `page32`: other texts, facts and pages; `machine-late`: another part of the demo's
/// book.
enum Traces {
    DEMO("demo", 512, 1, 16),
    SHERLOCK("sherlock", 512, 1, 16),
    MACHINE_LATE("machine-late", 256, 1, 16),
    SHERLOCK_LATE("sherlock-late", 1024, 1, 16),
    REFRESH_4("refresh4", 512, 4, 16),
    PAGE_32("page32", 512, 1, 32);

    private final String file;
    private final int budgetTokens;
    private final int refreshInterval;
    private final int pageTokens;

    Traces(String file, int budgetTokens, int refreshInterval, int pageTokens) {
        this.file = file;
        this.budgetTokens = budgetTokens;
        this.refreshInterval = refreshInterval;
        this.pageTokens = pageTokens;
    }

    RecordedRun run() {
        Presets presets = Presets.installed();
        Attention attention = new Attention("recorded", hybrid(), 0.25);
        Model model = ModelSpec.model(presets.named(Kind.MODEL, "h2eal-demo"));
        List<StepReads> steps = new ArrayList<>();
        TraceFile.open(path()).steps().forEachRemaining(steps::add);
        return new RecordedRun(model, attention, HeadMaps.of(model, attention), steps);
    }

    /// What they were recorded with, whatever the preset is now.
    private HybridAttention hybrid() {
        return new HybridAttention(
                new PageGeometry(pageTokens, 16),
                new HeadPattern.Streaming(64, 256),
                new HeadPattern.Retrieval(new Budget.Fixed(budgetTokens), 64),
                SummaryScore.BOX,
                GroupRule.SUM,
                refreshInterval,
                0,
                false);
    }

    private Path path() {
        try {
            return Path.of(Traces.class.getResource(file + ".h2rt").toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}

package h2eal.lab.loop;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.lab.design.WorkloadSpec;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Model;
import h2eal.lab.spec.ModelSpec;
import h2eal.lab.spec.Presets;
import h2eal.workload.StepReads;
import h2eal.workload.SyntheticReads;
import java.util.ArrayList;
import java.util.List;

/// Recorded runs that took no model.
public final class Runs {

    private Runs() {}

    /// Drawn reads of the shipped model's shape; the first two heads of every layer retrieve.
    public static RecordedRun drawn(int contextTokens, int steps) {
        Model model = ModelSpec.model(Presets.installed().named(Kind.MODEL, "h2eal-demo"));
        HybridAttention hybrid = new HybridAttention(
                new PageGeometry(16, 16),
                new HeadPattern.Streaming(64, 256),
                new HeadPattern.Retrieval(new Budget.Growing(512, 3), 64),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                0,
                false);
        Attention attention = new Attention("drawn", hybrid, 0.25);
        boolean[][] retrieval =
                new boolean[model.shape().layers()][model.shape().kvHeads()];
        for (boolean[] layer : retrieval) {
            layer[0] = true;
            layer[1] = true;
        }
        HeadMap heads = HeadMap.of(retrieval);
        List<StepReads> reads = new ArrayList<>();
        new SyntheticReads(
                        model.shape(),
                        attention.hybrid(),
                        heads,
                        WorkloadSpec.DEFAULT_POPULARITY,
                        contextTokens,
                        steps,
                        5)
                .steps()
                .forEachRemaining(reads::add);
        return new RecordedRun(model, attention, heads, reads);
    }
}

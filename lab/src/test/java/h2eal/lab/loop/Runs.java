package h2eal.lab.loop;

import h2eal.attention.HeadMap;
import h2eal.lab.design.WorkloadSpec;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.AttentionSpec;
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
        Attention attention = AttentionSpec.attention(Presets.installed().named(Kind.ATTENTION, "h2eal-demo"));
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

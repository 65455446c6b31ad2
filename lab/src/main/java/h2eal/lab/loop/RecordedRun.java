package h2eal.lab.loop;

import h2eal.attention.HeadMap;
import h2eal.attention.HeadRead;
import h2eal.attention.TokenSet;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.measure.RecallDemo;
import h2eal.lab.measure.Shipped;
import h2eal.lab.simulate.Workloads;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Model;
import h2eal.lab.spec.ModelSpec;
import h2eal.lab.spec.Presets;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/// What a real model read while it decoded.
///
/// @param model the model, and how the accelerator stores its numbers
/// @param attention what its heads were allowed to read
/// @param heads which of them retrieved
/// @param steps consecutive decode steps, each with what every KV head read
public record RecordedRun(Model model, Attention attention, HeadMap heads, List<StepReads> steps) {

    public RecordedRun {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(attention, "attention");
        Objects.requireNonNull(heads, "heads");
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a recorded run has at least one decode step");
        }
        for (int i = 1; i < steps.size(); i++) {
            int before = steps.get(i - 1).contextTokens();
            if (steps.get(i).contextTokens() != before + 1) {
                throw new IllegalArgumentException("decode step %d has a context of %d tokens after one of %d"
                        .formatted(i, steps.get(i).contextTokens(), before));
            }
        }
    }

    /// The hybrid run of the demo; weights and cache as the shipped model's preset stores them.
    public static RecordedRun of(RecallDemo demo) {
        Model preset = ModelSpec.model(Presets.installed().named(Kind.MODEL, Shipped.PRESET));
        Model model = new Model(demo.shape(), preset.weights(), preset.kv(), preset.gates(), preset.copyScores());
        List<StepReads> steps = new ArrayList<>();
        demo.reads().steps().forEachRemaining(steps::add);
        return new RecordedRun(model, demo.attention(), demo.heads(), steps);
    }

    /// The recorded reads of a design point's trace.
    public static RecordedRun of(DesignPoint point) {
        List<StepReads> steps =
                Workloads.steps(point).stream().map(List::getFirst).toList();
        // Without gates a point lets every head retrieve; the trace knows better.
        HeadMap heads = point.model().gates().isPresent() ? point.heads() : scoring(steps);
        return new RecordedRun(point.model(), point.attention(), heads, steps);
    }

    /// Retrieval heads are those that ever score.
    private static HeadMap scoring(List<StepReads> steps) {
        int layers = steps.getFirst().reads().size();
        int kvHeads = steps.getFirst().reads().getFirst().size();
        boolean[][] scoring = new boolean[layers][kvHeads];
        for (StepReads step : steps) {
            for (int layer = 0; layer < layers; layer++) {
                for (int head = 0; head < kvHeads; head++) {
                    scoring[layer][head] |= step.read(layer, head).summariesScored() > 0;
                }
            }
        }
        return HeadMap.of(scoring);
    }

    /// The same contexts as dense attention reads them.
    List<StepReads> denseSteps() {
        return steps.stream().map(step -> dense(step.contextTokens())).toList();
    }

    private StepReads dense(int contextTokens) {
        HeadRead everything = new HeadRead(0, TokenSet.range(0, contextTokens));
        return new StepReads(
                contextTokens, Collections.nCopies(heads.layers(), Collections.nCopies(heads.kvHeads(), everything)));
    }
}

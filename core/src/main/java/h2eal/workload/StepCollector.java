package h2eal.workload;

import h2eal.attention.HeadRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// Turns the reads of single heads, as a runtime reports them, into whole steps, and hands each on when its last head
/// has arrived. Single-threaded.
public final class StepCollector implements ReadSink {

    private final int layers;
    private final int kvHeads;
    private final Consumer<StepReads> steps;
    private final List<List<HeadRead>> reads = new ArrayList<>();
    private int seen;

    /// A collector for a model of `layers` layers with `kvHeads` KV heads each.
    public StepCollector(int layers, int kvHeads, Consumer<StepReads> steps) {
        this.layers = layers;
        this.kvHeads = kvHeads;
        this.steps = Objects.requireNonNull(steps, "steps");
    }

    /// {@inheritDoc}
    ///
    /// @throws IllegalArgumentException if the head is not the next one in order of layer and head
    @Override
    public void accept(int step, int contextTokens, int layer, int kvHead, HeadRead read) {
        if (layer * kvHeads + kvHead != seen || kvHead >= kvHeads) {
            throw new IllegalArgumentException("step %d: layer %d, KV head %d where layer %d, KV head %d was due"
                    .formatted(step, layer, kvHead, seen / kvHeads, seen % kvHeads));
        }
        if (kvHead == 0) {
            reads.add(new ArrayList<>(kvHeads));
        }
        reads.getLast().add(read);
        seen++;
        if (seen == layers * kvHeads) {
            steps.accept(new StepReads(contextTokens, reads));
            reads.clear();
            seen = 0;
        }
    }
}

package h2eal.lab.trace;

import h2eal.attention.HeadRead;
import h2eal.workload.ReadSink;
import h2eal.workload.ReadSource;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// A trace in memory: receives the reads of a run and replays them. For short runs; [TraceWriter] holds any length.
/// For one thread.
public final class RecordedReads implements ReadSink, ReadSource {

    private final int layers;
    private final int kvHeads;
    private final List<StepReads> steps = new ArrayList<>();
    private final List<List<HeadRead>> open = new ArrayList<>();

    /// An empty record of a model with this many layers and KV heads.
    public RecordedReads(int layers, int kvHeads) {
        this.layers = layers;
        this.kvHeads = kvHeads;
    }

    @Override
    public void accept(int step, int contextTokens, int layer, int kvHead, HeadRead read) {
        if (kvHead == 0) {
            open.add(new ArrayList<>(kvHeads));
        }
        open.getLast().add(read);
        if (layer == layers - 1 && kvHead == kvHeads - 1) {
            steps.add(new StepReads(contextTokens, open));
            open.clear();
        }
    }

    /// The steps recorded so far.
    @Override
    public Iterator<StepReads> steps() {
        return List.copyOf(steps).iterator();
    }
}

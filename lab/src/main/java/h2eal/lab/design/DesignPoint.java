package h2eal.lab.design;

import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.hardware.Accelerator;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.Model;
import h2eal.model.ModelShape;
import java.util.Objects;

/// Everything a simulated run depends on; the run is a pure function of it.
///
/// @param heads which heads of the model are retrieval heads
/// @param attention what they read, with the mapping's own choice applied
public record DesignPoint(
        Model model, HeadMap heads, Attention attention, Accelerator hardware, Mapping mapping, Workload workload) {

    public DesignPoint {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(heads, "heads");
        Objects.requireNonNull(attention, "attention");
        Objects.requireNonNull(hardware, "hardware");
        Objects.requireNonNull(mapping, "mapping");
        Objects.requireNonNull(workload, "workload");
    }

    /// Bytes of the weights and of the keys and values that are kept: the least that any placement needs.
    public long storedBytes() {
        ModelShape shape = model.shape();
        long tokens = 0;
        for (int layer = 0; layer < shape.layers(); layer++) {
            for (int head = 0; head < shape.kvHeads(); head++) {
                tokens += storedTokens(attention.hybrid().pattern(heads, layer, head));
            }
        }
        long cacheNumbers = workload.batch() * tokens * shape.kvNumbersPerToken();
        return model.weights().bytes(shape.storedWeights()) + model.kv().bytes(cacheNumbers);
    }

    private int storedTokens(HeadPattern pattern) {
        return switch (pattern) {
            case HeadPattern.Dense dense -> workload.contextTokens();
            case HeadPattern.Retrieval retrieval -> workload.contextTokens();
            case HeadPattern.Streaming streaming ->
                Math.min(workload.contextTokens(), streaming.sinkTokens() + streaming.windowTokens());
        };
    }
}

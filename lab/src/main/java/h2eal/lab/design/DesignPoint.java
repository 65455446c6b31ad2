package h2eal.lab.design;

import h2eal.attention.HeadMap;
import h2eal.hardware.Accelerator;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.Model;
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
}

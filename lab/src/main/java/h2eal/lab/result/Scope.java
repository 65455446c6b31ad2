package h2eal.lab.result;

import com.fasterxml.jackson.annotation.JsonProperty;
import h2eal.lab.result.SimulationResult.Cost;

/// What a ratio speaks of. Both are always reported: with FP16 weights no attention makes a whole step 48 times faster.
public enum Scope {
    /// The attention phases alone.
    @JsonProperty("attention")
    ATTENTION,
    /// The whole decode step, weights included.
    @JsonProperty("endToEnd")
    END_TO_END;

    /// The cost of a result in this scope.
    public Cost cost(SimulationResult result) {
        return switch (this) {
            case ATTENTION -> result.attention();
            case END_TO_END -> result.endToEnd();
        };
    }
}

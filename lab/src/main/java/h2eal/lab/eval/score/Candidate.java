package h2eal.lab.eval.score;

import h2eal.runtime.AttentionMode;
import java.util.Objects;

/// A sparse attention that is compared with dense attention.
///
/// @param name for tables
/// @param mode what its decode steps read
public record Candidate(String name, AttentionMode.Hybrid mode) {

    public Candidate {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(mode, "mode");
    }
}

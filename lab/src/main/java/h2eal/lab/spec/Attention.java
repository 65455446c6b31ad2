package h2eal.lab.spec;

import h2eal.attention.HybridAttention;
import java.util.Objects;

/// The `attention:` block of an experiment.
///
/// @param name name of the preset or file, for tables
/// @param hybrid what every kind of head reads
/// @param streamingShare share of the KV heads that are streaming heads, 0 to 1
public record Attention(String name, HybridAttention hybrid, double streamingShare) {

    public Attention {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(hybrid, "hybrid");
        if (!(streamingShare >= 0 && streamingShare <= 1)) {
            throw new IllegalArgumentException("streamingShare must be from 0 to 1: " + streamingShare);
        }
    }
}

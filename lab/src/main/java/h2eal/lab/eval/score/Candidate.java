package h2eal.lab.eval.score;

import h2eal.runtime.AttentionMode;
import h2eal.runtime.Session;
import java.util.Objects;

/// A sparse attention that is compared with dense attention.
///
/// @param name for tables
/// @param mode what it reads
public record Candidate(String name, AttentionMode.Hybrid mode) {

    public Candidate {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(mode, "mode");
    }

    /// Lets a session of this attention read a context: from a dense session that has read it, unless it reads prompts
    /// sparsely.
    public void read(Session session, int[] context, Session dense) {
        if (mode.attention().verticalSlashTokens().isPresent()) {
            session.prefill(context);
        } else {
            session.continueFrom(dense);
        }
    }
}

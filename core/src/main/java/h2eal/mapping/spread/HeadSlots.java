package h2eal.mapping.spread;

import h2eal.attention.HeadPattern;
import h2eal.attention.TokenSet;
import java.util.OptionalInt;

/// Which storage slot of a head holds which token: the identity for heads that keep every token; for streaming heads
/// the sink, then a ring of the window.
///
/// @param sink slots before the ring
/// @param ring slots of the ring; the head keeps every token when it is as long as the sequence can grow
/// @param ringed whether slots are reused at all
public record HeadSlots(int sink, int ring, boolean ringed) {

    public static HeadSlots of(HeadPattern pattern, int capacityTokens) {
        return pattern instanceof HeadPattern.Streaming streaming
                        && streaming.sinkTokens() + streaming.windowTokens() < capacityTokens
                ? new HeadSlots(streaming.sinkTokens(), streaming.windowTokens(), true)
                : new HeadSlots(0, capacityTokens, false);
    }

    public int slots() {
        return sink + ring;
    }

    public int slot(int token) {
        if (!ringed) {
            return requireStored(token);
        }
        return token < sink ? token : sink + (token - sink) % ring;
    }

    /// Visits the slot ranges of `tokens`, half-open; a range of the ring that wraps is visited as two, low one first.
    public void ranges(TokenSet tokens, SlotRange visitor) {
        for (int i = 0; i < tokens.ranges(); i++) {
            int from = tokens.from(i);
            int to = tokens.to(i);
            if (!ringed) {
                requireStored(to - 1);
                visitor.visit(from, to);
                continue;
            }
            if (from < sink) {
                visitor.visit(from, Math.min(to, sink));
            }
            ringRanges(Math.max(from, sink), to, visitor);
        }
    }

    private void ringRanges(int from, int to, SlotRange visitor) {
        if (to <= from) {
            return;
        }
        if (to - from > ring) {
            throw new IllegalArgumentException(
                    "a streaming head keeps a window of %d tokens, not tokens %d..%d".formatted(ring, from, to - 1));
        }
        int first = slot(from);
        int last = slot(to - 1);
        if (first <= last) {
            visitor.visit(first, last + 1);
        } else {
            visitor.visit(sink, last + 1);
            visitor.visit(first, slots());
        }
    }

    /// The token in `slot` when `contextTokens` are cached.
    public OptionalInt token(int slot, int contextTokens) {
        int token = slot;
        if (ringed && slot >= sink && contextTokens > slot) {
            token += (contextTokens - 1 - slot) / ring * ring;
        }
        return token < contextTokens ? OptionalInt.of(token) : OptionalInt.empty();
    }

    private int requireStored(int token) {
        if (token >= slots()) {
            throw new IllegalArgumentException(
                    "token %d is beyond the planned capacity of %d tokens".formatted(token, slots()));
        }
        return token;
    }

    /// Receives half-open ranges of slots.
    @FunctionalInterface
    public interface SlotRange {
        void visit(int from, int to);
    }
}

package h2eal.trace;

import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.workload.StepReads;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/// Reads a trace step by step from the format of this package; keeps only the step before. Single-threaded.
///
/// What the stream holds is believed only after its checksum, and nothing is allocated beyond the bytes that are there.
/// A malformed or cut trace throws a [TraceException], a failing stream an [UncheckedIOException].
public final class TraceReader implements Iterator<StepReads> {

    private final TraceInput in;
    private final TraceHeader header;
    private StepReads before;
    private StepReads next;
    private int steps;

    /// Reads the header. The stream is the caller's to buffer and to close.
    public TraceReader(InputStream in) {
        this.in = new TraceInput(in);
        header = guarded(this::readHeader);
        next = guarded(this::readStep);
    }

    /// What the trace says about the run it was recorded from.
    public TraceHeader header() {
        return header;
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public StepReads next() {
        if (next == null) {
            throw new NoSuchElementException("the trace has %d steps".formatted(steps));
        }
        StepReads step = next;
        before = step;
        steps++;
        next = guarded(this::readStep);
        return step;
    }

    private TraceHeader readHeader() throws IOException {
        if (!Arrays.equals(in.bytes(TraceWriter.MAGIC.length), TraceWriter.MAGIC)) {
            throw new TraceException(0, "not a trace; a trace starts with \"H2RT\"");
        }
        int version = in.bytes(1)[0];
        if (version != TraceWriter.VERSION) {
            throw new TraceException(
                    TraceWriter.MAGIC.length,
                    "version %d; this reader knows version %d".formatted(version, TraceWriter.VERSION));
        }
        TracePayload payload = in.frame();
        String name = payload.text();
        int layers = payload.number();
        int kvHeads = payload.number();
        int pageTokens = payload.number();
        int summaryTokens = payload.number();
        payload.requireEnd();
        try {
            return new TraceHeader(name, layers, kvHeads, new PageGeometry(pageTokens, summaryTokens));
        } catch (IllegalArgumentException e) {
            throw payload.malformed(e.getMessage());
        }
    }

    private StepReads readStep() throws IOException {
        TracePayload payload = in.frame();
        int contextTokens = payload.number();
        if (contextTokens == 0) {
            readEnd(payload);
            return null;
        }
        List<List<HeadRead>> layers = new ArrayList<>();
        for (int layer = 0; layer < header.layers(); layer++) {
            List<HeadRead> heads = new ArrayList<>();
            for (int head = 0; head < header.kvHeads(); head++) {
                heads.add(readHead(payload, layer, head, contextTokens));
            }
            layers.add(heads);
        }
        payload.requireEnd();
        return new StepReads(contextTokens, layers);
    }

    private void readEnd(TracePayload payload) throws IOException {
        int written = payload.number();
        if (written != steps) {
            throw payload.malformed("%d steps were written, %d are there".formatted(written, steps));
        }
        payload.requireEnd();
        in.requireEnd();
    }

    private HeadRead readHead(TracePayload payload, int layer, int head, int contextTokens) {
        int tag = payload.octet();
        int kind = tag & HeadCode.KIND_MASK;
        if (tag > (HeadCode.KIND_MASK | HeadCode.SCORED) || kind > HeadCode.SLID) {
            throw payload.malformed("unknown tag %d of layer %d, KV head %d".formatted(tag, layer, head));
        }
        int summariesScored = (tag & HeadCode.SCORED) == 0 ? 0 : payload.number();
        try {
            TokenSet tokens = kind == HeadCode.RANGES ? payload.tokens() : repeat(kind, layer, head, contextTokens);
            if (!tokens.isEmpty() && tokens.to(tokens.ranges() - 1) > contextTokens) {
                throw new IllegalArgumentException("tokens beyond the context of " + contextTokens);
            }
            return new HeadRead(summariesScored, tokens);
        } catch (IllegalArgumentException e) {
            throw payload.malformed("layer %d, KV head %d: %s".formatted(layer, head, e.getMessage()));
        }
    }

    private TokenSet repeat(int kind, int layer, int head, int contextTokens) {
        if (before == null || before.read(layer, head).tokens().isEmpty()) {
            throw new IllegalArgumentException("nothing before it to repeat");
        }
        return HeadCode.repeated(kind, before.read(layer, head).tokens(), contextTokens - before.contextTokens());
    }

    private <T> T guarded(Reading<T> reading) {
        try {
            return reading.read();
        } catch (EOFException e) {
            throw in.malformed("the trace is cut off");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }
}

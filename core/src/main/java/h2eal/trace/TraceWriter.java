package h2eal.trace;

import h2eal.attention.HeadRead;
import h2eal.attention.TokenSet;
import h2eal.workload.StepReads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;

/// Writes a trace step by step in the format of this package; keeps only the step before. Single-threaded.
public final class TraceWriter implements AutoCloseable {

    static final byte[] MAGIC = {'H', '2', 'R', 'T'};
    static final int VERSION = 1;

    private final OutputStream out;
    private final TraceHeader header;
    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    private StepReads before;
    private int steps;
    private boolean closed;

    /// Writes the header. The stream is the caller's: it should be buffered, and [#close] flushes but does not close
    /// it.
    public TraceWriter(OutputStream out, TraceHeader header) throws IOException {
        this.out = Objects.requireNonNull(out, "out");
        this.header = Objects.requireNonNull(header, "header");
        out.write(MAGIC);
        out.write(VERSION);
        byte[] name = header.model().getBytes(StandardCharsets.UTF_8);
        put(name.length);
        payload.write(name);
        put(header.layers());
        put(header.kvHeads());
        put(header.geometry().pageTokens());
        put(header.geometry().summaryTokens());
        writeFrame();
    }

    /// Writes one step.
    ///
    /// @throws IllegalArgumentException if the step has another number of layers or heads than the header
    public void write(StepReads step) throws IOException {
        requireShape(step);
        put(step.contextTokens());
        for (int layer = 0; layer < header.layers(); layer++) {
            for (int head = 0; head < header.kvHeads(); head++) {
                putHead(
                        step.read(layer, head),
                        before == null
                                ? TokenSet.empty()
                                : before.read(layer, head).tokens(),
                        before == null ? 0 : step.contextTokens() - before.contextTokens());
            }
        }
        writeFrame();
        before = step;
        steps++;
    }

    /// Writes the end, without which the trace counts as cut off, and flushes the stream.
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        put(0);
        put(steps);
        writeFrame();
        out.flush();
    }

    private void requireShape(StepReads step) {
        for (List<HeadRead> layer : step.reads()) {
            if (layer.size() != header.kvHeads()) {
                throw new IllegalArgumentException(
                        "a layer of %d KV heads in a trace of %d".formatted(layer.size(), header.kvHeads()));
            }
        }
        if (step.reads().size() != header.layers()) {
            throw new IllegalArgumentException("a step of %d layers in a trace of %d"
                    .formatted(step.reads().size(), header.layers()));
        }
    }

    private void putHead(HeadRead read, TokenSet tokensBefore, int moved) {
        int kind = HeadCode.kind(read.tokens(), tokensBefore, moved);
        payload.write(kind | (read.summariesScored() > 0 ? HeadCode.SCORED : 0));
        if (read.summariesScored() > 0) {
            put(read.summariesScored());
        }
        if (kind != HeadCode.RANGES) {
            return;
        }
        TokenSet tokens = read.tokens();
        put(tokens.ranges());
        for (int range = 0; range < tokens.ranges(); range++) {
            put(range == 0 ? tokens.from(0) : tokens.from(range) - tokens.to(range - 1) - 1);
            put(tokens.to(range) - tokens.from(range) - 1);
        }
    }

    private void writeFrame() throws IOException {
        byte[] bytes = payload.toByteArray();
        payload.reset();
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        writeInt32(bytes.length);
        out.write(bytes);
        writeInt32((int) crc.getValue());
    }

    private void writeInt32(int number) throws IOException {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(number >>> shift);
        }
    }

    private void put(int number) {
        int rest = number;
        while (rest > 0x7F) {
            payload.write(rest | 0x80);
            rest >>>= 7;
        }
        payload.write(rest);
    }
}

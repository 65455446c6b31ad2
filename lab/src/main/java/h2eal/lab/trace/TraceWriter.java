package h2eal.lab.trace;

import h2eal.attention.HeadRead;
import h2eal.attention.TokenSet;
import h2eal.workload.ReadSink;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/// Writes what every head read to a file, in the format of [TraceFormat]. Without [#close] the file has no end and is
/// refused when it is read.
public final class TraceWriter implements ReadSink, AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final TraceHeader header;
    private final DataOutputStream out;
    private long reads;

    /// Creates the file and writes the header.
    public TraceWriter(Path file, TraceHeader header) throws IOException {
        this.header = header;
        this.out = new DataOutputStream(
                new BufferedOutputStream(new GZIPOutputStream(Files.newOutputStream(file)), BUFFER_BYTES));
        out.writeInt(TraceFormat.MAGIC);
        out.writeByte(TraceFormat.VERSION);
        out.writeUTF(header.model());
        TraceFormat.writeVarint(out, header.layers());
        TraceFormat.writeVarint(out, header.kvHeads());
        TraceFormat.writeVarint(out, header.headSize());
        TraceFormat.writeVarint(out, header.geometry().pageTokens());
        TraceFormat.writeVarint(out, header.geometry().summaryTokens());
    }

    /// @throws IllegalArgumentException if the reads do not come in order of step, layer and head
    @Override
    public void accept(int step, int contextTokens, int layer, int kvHead, HeadRead read) {
        int head = layer * header.kvHeads() + kvHead;
        if (head != reads % (header.layers() * header.kvHeads())) {
            throw new IllegalArgumentException(
                    "step %d: layer %d, KV head %d is out of order".formatted(step, layer, kvHead));
        }
        try {
            if (head == 0) {
                out.writeByte(TraceFormat.STEP);
                TraceFormat.writeVarint(out, contextTokens);
            }
            write(read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reads++;
    }

    private void write(HeadRead read) throws IOException {
        TokenSet tokens = read.tokens();
        TraceFormat.writeVarint(out, read.summariesScored());
        TraceFormat.writeVarint(out, tokens.ranges());
        int end = 0;
        for (int range = 0; range < tokens.ranges(); range++) {
            TraceFormat.writeVarint(out, tokens.from(range) - end);
            TraceFormat.writeVarint(out, tokens.to(range) - tokens.from(range));
            end = tokens.to(range);
        }
    }

    /// Ends the trace.
    @Override
    public void close() throws IOException {
        out.writeByte(TraceFormat.END);
        out.close();
    }
}

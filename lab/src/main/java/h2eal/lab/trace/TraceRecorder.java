package h2eal.lab.trace;

import h2eal.attention.HeadRead;
import h2eal.trace.TraceHeader;
import h2eal.trace.TraceWriter;
import h2eal.workload.ReadSink;
import h2eal.workload.StepCollector;
import h2eal.workload.StepReads;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes what every head read to a trace file. Without [#close] the file has no end and is refused when it is read.
/// For one thread.
public final class TraceRecorder implements ReadSink, AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final TraceWriter writer;
    private final StepCollector steps;

    /// Creates the file.
    public TraceRecorder(Path file, TraceHeader header) throws IOException {
        out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
        writer = new TraceWriter(out, header);
        steps = new StepCollector(header.layers(), header.kvHeads(), this::write);
    }

    @Override
    public void accept(int step, int contextTokens, int layer, int kvHead, HeadRead read) {
        steps.accept(step, contextTokens, layer, kvHead, read);
    }

    private void write(StepReads step) {
        try {
            writer.write(step);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends the trace.
    @Override
    public void close() throws IOException {
        try (out) {
            writer.close();
        }
    }
}

package h2eal.lab.trace;

import h2eal.lab.yaml.SpecException;
import h2eal.trace.TraceException;
import h2eal.trace.TraceHeader;
import h2eal.trace.TraceReader;
import h2eal.workload.ReadSource;
import h2eal.workload.StepReads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.function.Supplier;

/// A file with a recorded trace, read step by step: only two steps are in memory.
///
/// @param file the file
/// @param header whose reads it holds
public record TraceFile(Path file, TraceHeader header) implements ReadSource {

    private static final int BUFFER_BYTES = 1 << 16;

    /// Opens a trace and reads its header.
    ///
    /// @throws SpecException naming the file and the place in it, if it is not a trace
    public static TraceFile open(Path file) {
        Steps steps = new Steps(file);
        steps.close();
        return new TraceFile(file, steps.reader.header());
    }

    /// {@inheritDoc}
    ///
    /// @throws SpecException, also while iterating, naming the file and the place in it, if it is damaged or cut off
    @Override
    public Iterator<StepReads> steps() {
        return new Steps(file);
    }

    /// Closes the file after the last step.
    private static final class Steps implements Iterator<StepReads> {
        private final Path file;
        private final InputStream in;
        private final TraceReader reader;

        Steps(Path file) {
            this.file = file;
            try {
                this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
            } catch (NoSuchFileException missing) {
                throw new SpecException(file + ": no such trace");
            } catch (IOException failure) {
                throw unreadable(failure);
            }
            this.reader = named(() -> new TraceReader(in));
        }

        @Override
        public boolean hasNext() {
            boolean more = reader.hasNext();
            if (!more) {
                close();
            }
            return more;
        }

        @Override
        public StepReads next() {
            return named(reader::next);
        }

        void close() {
            try {
                in.close();
            } catch (IOException failure) {
                throw unreadable(failure);
            }
        }

        private <T> T named(Supplier<T> reading) {
            try {
                return reading.get();
            } catch (TraceException malformed) {
                close();
                throw new SpecException("%s: %s".formatted(file, malformed.getMessage()));
            } catch (UncheckedIOException failure) {
                close();
                throw unreadable(failure.getCause());
            }
        }

        private SpecException unreadable(IOException failure) {
            return new SpecException("%s: cannot be read: %s".formatted(file, failure.getMessage()));
        }
    }
}

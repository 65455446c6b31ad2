package h2eal.lab.trace;

import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.lab.yaml.SpecException;
import h2eal.workload.ReadSource;
import h2eal.workload.StepReads;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A recorded trace, read step by step: only one step is in memory.
///
/// @param file the file
/// @param header whose reads it holds
public record TraceFile(Path file, TraceHeader header) implements ReadSource {

    private static final int BUFFER_BYTES = 1 << 16;

    /// Opens a trace and reads its header.
    ///
    /// @throws SpecException naming the file, if it is not a trace
    public static TraceFile open(Path file) {
        try (Reader reader = new Reader(file)) {
            return new TraceFile(file, reader.header);
        } catch (IOException e) {
            throw refused(file, 0, e);
        }
    }

    /// @throws SpecException while iterating, naming the file and the step, if the trace is damaged or cut off
    @Override
    public Iterator<StepReads> steps() {
        return new Steps(file);
    }

    private static SpecException refused(Path file, int step, IOException problem) {
        return new SpecException(
                switch (problem) {
                    case NoSuchFileException missing -> file + ": no such trace";
                    case EOFException cut -> "%s: cut off in step %d".formatted(file, step);
                    case ZipException other -> file + ": not a read trace, or damaged: " + other.getMessage();
                    default -> "%s: step %d: %s".formatted(file, step, problem.getMessage());
                });
    }

    /// Reads ahead by one step, to know whether there is one.
    private static final class Steps implements Iterator<StepReads> {
        private final Path file;
        private final Reader reader;
        private Optional<StepReads> next;
        private int step;

        Steps(Path file) {
            this.file = file;
            try {
                this.reader = new Reader(file);
            } catch (IOException e) {
                throw refused(file, 0, e);
            }
            this.next = advance();
        }

        @Override
        public boolean hasNext() {
            return next.isPresent();
        }

        @Override
        public StepReads next() {
            StepReads current = next.orElseThrow(NoSuchElementException::new);
            next = advance();
            return current;
        }

        private Optional<StepReads> advance() {
            step++;
            try {
                Optional<StepReads> read = reader.step();
                if (read.isEmpty()) {
                    reader.close();
                }
                return read;
            } catch (IOException e) {
                throw refused(file, step, e);
            }
        }
    }

    private static final class Reader implements AutoCloseable {
        private final DataInputStream in;
        private final TraceHeader header;

        Reader(Path file) throws IOException {
            in = new DataInputStream(
                    new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file)), BUFFER_BYTES));
            header = readHeader();
        }

        private TraceHeader readHeader() throws IOException {
            if (in.readInt() != TraceFormat.MAGIC) {
                throw new IOException("not a read trace");
            }
            int version = in.readUnsignedByte();
            if (version != TraceFormat.VERSION) {
                throw new IOException("version %d, known is %d".formatted(version, TraceFormat.VERSION));
            }
            try {
                return new TraceHeader(
                        in.readUTF(), number(), number(), number(), new PageGeometry(number(), number()));
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        Optional<StepReads> step() throws IOException {
            int marker = in.readUnsignedByte();
            if (marker == TraceFormat.END) {
                return Optional.empty();
            }
            if (marker != TraceFormat.STEP) {
                throw new IOException("unknown marker " + marker);
            }
            int contextTokens = number();
            List<List<HeadRead>> layers = new ArrayList<>(header.layers());
            for (int layer = 0; layer < header.layers(); layer++) {
                List<HeadRead> heads = new ArrayList<>(header.kvHeads());
                for (int head = 0; head < header.kvHeads(); head++) {
                    heads.add(read(contextTokens));
                }
                layers.add(heads);
            }
            return Optional.of(new StepReads(contextTokens, layers));
        }

        private HeadRead read(int contextTokens) throws IOException {
            int summariesScored = number();
            int ranges = number();
            // Ranges do not touch, so half of the context bounds their number before anything is allocated.
            if (ranges > contextTokens / 2 + 1) {
                throw new IOException("%d ranges in a context of %d".formatted(ranges, contextTokens));
            }
            int[] bounds = new int[2 * ranges];
            long end = 0;
            for (int i = 0; i < bounds.length; i++) {
                end += number();
                if (end > contextTokens) {
                    throw new IOException("token %d in a context of %d".formatted(end, contextTokens));
                }
                bounds[i] = (int) end;
            }
            try {
                return new HeadRead(summariesScored, TokenSet.ofBounds(bounds));
            } catch (IllegalArgumentException e) {
                throw new IOException(e.getMessage(), e);
            }
        }

        private int number() throws IOException {
            return TraceFormat.readVarint(in);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}

package h2eal.lab.replay;

import h2eal.lab.yaml.Place;
import h2eal.lab.yaml.SpecException;
import h2eal.sim.dram.Access;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;

/// A file of memory requests: one per line, `0xADDRESS READ|WRITE ARRIVAL`, plain or gzip. Empty lines and lines that
/// start with `#` are skipped.
///
/// @param file the file
public record RequestTrace(Path file) {

    private static final int GZIP_MAGIC = 0x1f8b;
    private static final String ALLOWED = "expected 0xADDRESS READ|WRITE ARRIVAL_CYCLE";

    /// Reads the requests one after the other, in constant memory.
    ///
    /// @param progress told how many bytes of the file are read, now and then
    /// @return number of requests
    /// @throws SpecException if a line is not a request, or if there is none
    public long replay(RequestSink sink, LongConsumer progress) throws IOException {
        long requests = 0;
        try (InputStream bytes = new Counted(Files.newInputStream(file), progress);
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(unzipped(bytes), StandardCharsets.ISO_8859_1), 1 << 16)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank() && line.charAt(0) != '#') {
                    parse(line, number, sink);
                    requests++;
                }
            }
        }
        if (requests == 0) {
            throw new SpecException(file + ": holds no requests; each line: " + ALLOWED);
        }
        return requests;
    }

    private void parse(String line, int number, RequestSink sink) {
        String[] words = line.strip().split("\\s+");
        if (words.length != 3 || !words[0].matches("0[xX][0-9a-fA-F]{1,15}") || !words[2].matches("[0-9]{1,18}")) {
            throw refused(number, line);
        }
        Access access = switch (words[1]) {
            case "READ" -> Access.READ;
            case "WRITE" -> Access.WRITE;
            default -> throw refused(number, line);
        };
        try {
            sink.accept(Long.parseLong(words[0].substring(2), 16), access, Long.parseLong(words[2]));
        } catch (IllegalArgumentException refused) {
            throw new SpecException(new Place(file.toString(), number), refused.getMessage());
        }
    }

    private SpecException refused(int number, String line) {
        String shown = line.length() > 60 ? line.substring(0, 60) + "..." : line;
        return new SpecException(new Place(file.toString(), number), "\"%s\": %s".formatted(shown, ALLOWED));
    }

    private static InputStream unzipped(InputStream bytes) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(bytes, 1 << 16);
        buffered.mark(2);
        int magic = buffered.read() << 8 | buffered.read();
        buffered.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(buffered, 1 << 16) : buffered;
    }

    /// Counts the bytes read.
    private static final class Counted extends FilterInputStream {

        private final LongConsumer progress;
        private long count;

        Counted(InputStream in, LongConsumer progress) {
            super(in);
            this.progress = progress;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            count += Math.max(read, 0);
            progress.accept(count);
            return read;
        }
    }
}

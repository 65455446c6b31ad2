package h2eal.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.workload.StepReads;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TraceTest {

    private static final PageGeometry GEOMETRY = new PageGeometry(64, 16);
    private static final TraceHeader HEADER = new TraceHeader("größe-1b", 3, 2, GEOMETRY);

    @Property(tries = 100)
    void stepsAreReadBackAsWritten(@ForAll long seed, @ForAll @IntRange(min = 0, max = 12) int steps)
            throws IOException {
        List<StepReads> written = random(new Random(seed), steps);
        TraceReader reader = new TraceReader(new ByteArrayInputStream(bytes(written)));
        assertThat(reader.header()).isEqualTo(HEADER);
        assertThat(readAll(reader)).isEqualTo(written);
        assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void headsThatRepeatCostOneByteEach() throws IOException {
        List<StepReads> steps = new ArrayList<>();
        for (int context = 10_000; context < 10_100; context++) {
            HeadRead dense = new HeadRead(0, TokenSet.range(0, context));
            HeadRead streaming = new HeadRead(0, TokenSet.range(0, 128).union(TokenSet.range(context - 256, context)));
            HeadRead reused = new HeadRead(0, TokenSet.ofRanges(0, 128, 640, 704, 5120, 5248, 9984, context));
            steps.add(new StepReads(
                    context, List.of(List.of(dense, streaming), List.of(reused, reused), List.of(dense, streaming))));
        }
        int length = bytes(steps).length - bytes(steps.subList(0, 1)).length;
        // The frame around 6 heads: length 4, context 2, checksum 4.
        assertThat(length).isEqualTo(99 * (6 + 10));
    }

    @Test
    void traceCutAnywhereIsNoticed() throws IOException {
        byte[] whole = bytes(random(new Random(1), 3));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> readAll(new TraceReader(new ByteArrayInputStream(cut))))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(TraceException.class)
                    .hasMessage("byte %d: the trace is cut off", length);
        }
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        byte[] whole = bytes(random(new Random(2), 3));
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> readAll(new TraceReader(new ByteArrayInputStream(flipped))))
                    .as("bit %d", bit)
                    .isInstanceOf(TraceException.class);
        }
    }

    @Property(tries = 2000)
    void damageUnderAValidChecksumIsAMalformedTraceAtWorst(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] payload = new byte[random.nextInt(40)];
        random.nextBytes(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) (random.nextBoolean() ? payload[i] & 7 : payload[i]);
        }
        byte[] start = bytes(random(random, 1));
        ByteArrayOutputStream trace = new ByteArrayOutputStream();
        trace.write(start, 0, start.length - 10);
        frame(trace, payload);
        try {
            readAll(new TraceReader(new ByteArrayInputStream(trace.toByteArray())));
        } catch (TraceException e) {
            assertThat(e.offset()).isBetween(0L, (long) trace.size());
        }
    }

    @Test
    void somethingElseIsNotATrace() {
        assertThatThrownBy(() -> new TraceReader(new ByteArrayInputStream("GGUF....".getBytes())))
                .hasMessage("byte 0: not a trace; a trace starts with \"H2RT\"");
        assertThatThrownBy(() -> new TraceReader(new ByteArrayInputStream("H2RT\u0002".getBytes())))
                .hasMessage("byte 4: version 2; this reader knows version 1");
    }

    @Test
    void bytesAfterTheEndAreNoticed() throws IOException {
        byte[] whole = bytes(List.of());
        assertThatThrownBy(() -> new TraceReader(new ByteArrayInputStream(Arrays.copyOf(whole, whole.length + 1))))
                .hasMessage("byte %d: bytes after the end", whole.length);
    }

    @Test
    void frameOfALyingLengthAllocatesNoMoreThanThereIs() throws IOException {
        byte[] whole = bytes(List.of());
        whole[5] = (byte) 0xFF;
        whole[6] = (byte) 0xFF;
        whole[7] = (byte) 0xFF;
        whole[8] = (byte) 0x7F;
        assertThatThrownBy(() -> new TraceReader(new ByteArrayInputStream(whole)))
                .hasMessageContaining("cut off");
    }

    @Test
    void failingStreamIsNoMalformedTrace() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("disk on fire");
            }
        };
        assertThatThrownBy(() -> new TraceReader(failing)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void stepOfAnotherShapeIsRefused() throws IOException {
        TraceWriter writer = new TraceWriter(new ByteArrayOutputStream(), HEADER);
        HeadRead read = new HeadRead(0, TokenSet.empty());
        assertThatThrownBy(() -> writer.write(new StepReads(1, List.of(List.of(read, read)))))
                .hasMessageContaining("1 layers in a trace of 3");
        assertThatThrownBy(() -> writer.write(new StepReads(1, List.of(List.of(read)))))
                .hasMessageContaining("1 KV heads in a trace of 2");
    }

    private static void frame(ByteArrayOutputStream out, byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(payload);
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(payload.length >>> shift);
        }
        out.writeBytes(payload);
        for (int shift = 0; shift < 32; shift += 8) {
            out.write((int) crc.getValue() >>> shift);
        }
    }

    private static byte[] bytes(List<StepReads> steps) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TraceWriter writer = new TraceWriter(out, HEADER)) {
            for (StepReads step : steps) {
                writer.write(step);
            }
        }
        return out.toByteArray();
    }

    private static List<StepReads> readAll(TraceReader reader) {
        List<StepReads> steps = new ArrayList<>();
        reader.forEachRemaining(steps::add);
        return steps;
    }

    /// Steps of growing and sometimes shrinking context, with heads that repeat, slide, grow or jump.
    private static List<StepReads> random(Random random, int count) {
        List<StepReads> steps = new ArrayList<>();
        int context = 200 + random.nextInt(100_000);
        int[] kept = {0, 64, 128, 192};
        for (int step = 0; step < count; step++) {
            List<List<HeadRead>> layers = new ArrayList<>();
            for (int layer = 0; layer < HEADER.layers(); layer++) {
                List<HeadRead> heads = new ArrayList<>();
                for (int head = 0; head < HEADER.kvHeads(); head++) {
                    heads.add(new HeadRead(random.nextInt(3) * 50, tokens(random, context, kept)));
                }
                layers.add(heads);
            }
            steps.add(new StepReads(context, layers));
            context = Math.max(200, context + random.nextInt(5) - 1);
        }
        return steps;
    }

    private static TokenSet tokens(Random random, int context, int[] kept) {
        return switch (random.nextInt(5)) {
            case 0 -> TokenSet.range(0, context);
            case 1 -> TokenSet.range(0, 4).union(TokenSet.range(context - 8, context));
            case 2 -> TokenSet.ofRanges(kept);
            case 3 -> TokenSet.empty();
            default ->
                TokenSet.ofPages(
                        random.ints(0, Math.ceilDiv(context, 64))
                                .limit(9)
                                .distinct()
                                .sorted()
                                .toArray(),
                        64,
                        context);
        };
    }
}

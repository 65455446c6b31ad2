package h2eal.lab.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.lab.yaml.SpecException;
import h2eal.workload.StepReads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {

    private static final TraceHeader HEADER = new TraceHeader("tiny", 2, 3, 16, new PageGeometry(64, 16));

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenIsReadBackAsOftenAsAsked() throws IOException {
        List<StepReads> written = randomSteps(20);
        Path file = write(written);

        TraceFile trace = TraceFile.open(file);

        assertThat(trace.header()).isEqualTo(HEADER);
        assertThat(trace.steps()).toIterable().isEqualTo(written);
        assertThat(trace.steps()).toIterable().isEqualTo(written);
    }

    @Test
    void traceWithoutStepsIsATrace() throws IOException {
        assertThat(TraceFile.open(write(List.of())).steps()).isExhausted();
    }

    @Test
    void readsOutOfOrderAreRefused() throws IOException {
        try (TraceWriter writer = new TraceWriter(folder.resolve("t"), HEADER)) {
            HeadRead read = new HeadRead(0, TokenSet.empty());
            writer.accept(0, 1, 0, 0, read);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> writer.accept(0, 1, 0, 2, read))
                    .withMessageContaining("layer 0, KV head 2 is out of order");
        }
    }

    @Test
    void otherFilesAreRefusedByName() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "hello");
        Path empty = Files.createFile(folder.resolve("empty"));
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> TraceFile.open(text))
                .isInstanceOf(SpecException.class)
                .hasMessage(text + ": not a read trace, or damaged: Not in GZIP format");
        assertThatThrownBy(() -> TraceFile.open(empty)).isInstanceOf(SpecException.class);
        assertThatThrownBy(() -> TraceFile.open(missing)).hasMessage(missing + ": no such trace");
        assertThatThrownBy(() -> TraceFile.open(folder)).isInstanceOf(SpecException.class);
    }

    @Test
    void damagedTraceIsRefusedOrReadButNeverFailsOtherwise() throws IOException {
        byte[] whole = Files.readAllBytes(write(randomSteps(4)));
        Random random = new Random(7);
        Path file = folder.resolve("damaged");
        for (int trial = 0; trial < 500; trial++) {
            byte[] damaged = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            try {
                Iterator<StepReads> steps = TraceFile.open(file).steps();
                steps.forEachRemaining(step -> assertThat(step.reads()).hasSize(HEADER.layers()));
            } catch (SpecException expected) {
                assertThat(expected).hasMessageContaining("damaged");
            }
        }
    }

    private Path write(List<StepReads> steps) throws IOException {
        Path file = folder.resolve("reads.h2rt");
        try (TraceWriter writer = new TraceWriter(file, HEADER)) {
            for (int step = 0; step < steps.size(); step++) {
                StepReads reads = steps.get(step);
                for (int layer = 0; layer < HEADER.layers(); layer++) {
                    for (int head = 0; head < HEADER.kvHeads(); head++) {
                        writer.accept(step, reads.contextTokens(), layer, head, reads.read(layer, head));
                    }
                }
            }
        }
        return file;
    }

    private static List<StepReads> randomSteps(int count) {
        Random random = new Random(11);
        List<StepReads> steps = new ArrayList<>();
        for (int step = 0; step < count; step++) {
            int context = 1000 + step;
            List<List<HeadRead>> layers = new ArrayList<>();
            for (int layer = 0; layer < HEADER.layers(); layer++) {
                List<HeadRead> heads = new ArrayList<>();
                for (int head = 0; head < HEADER.kvHeads(); head++) {
                    int[] pages = random.ints(5, 0, 15).distinct().sorted().toArray();
                    heads.add(new HeadRead(random.nextInt(3) * 60, TokenSet.ofPages(pages, 64, context)));
                }
                layers.add(heads);
            }
            steps.add(new StepReads(context, layers));
        }
        return steps;
    }
}

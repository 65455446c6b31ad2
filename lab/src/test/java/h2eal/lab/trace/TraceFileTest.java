package h2eal.lab.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.lab.yaml.SpecException;
import h2eal.trace.TraceHeader;
import h2eal.workload.StepReads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {

    private static final TraceHeader HEADER = new TraceHeader("tiny", 1, 2, new PageGeometry(64, 16));

    @TempDir
    private Path folder;

    @Test
    void whatWasRecordedIsReadBackAsOftenAsAsked() throws IOException {
        TraceFile trace = TraceFile.open(recorded());

        List<StepReads> expected = List.of(step(100), step(101), step(102));
        assertThat(trace.header()).isEqualTo(HEADER);
        assertThat(trace.steps()).toIterable().isEqualTo(expected);
        assertThat(trace.steps()).toIterable().isEqualTo(expected);
    }

    @Test
    void fileThatIsNoTraceIsNamed() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "hello");
        Path empty = Files.createFile(folder.resolve("empty"));
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> TraceFile.open(text))
                .isInstanceOf(SpecException.class)
                .hasMessageStartingWith(text + ": byte 0: not a trace");
        assertThatThrownBy(() -> TraceFile.open(empty)).hasMessageStartingWith(empty.toString());
        assertThatThrownBy(() -> TraceFile.open(missing)).hasMessage(missing + ": no such trace");
        assertThatThrownBy(() -> TraceFile.open(folder)).hasMessageStartingWith(folder + ": cannot be read");
    }

    @Test
    void cutTraceIsNamedWhereItEnds() throws IOException {
        byte[] whole = Files.readAllBytes(recorded());
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 5));

        Iterator<StepReads> steps = TraceFile.open(cut).steps();

        assertThatThrownBy(() -> steps.forEachRemaining(step -> {}))
                .isInstanceOf(SpecException.class)
                .hasMessageStartingWith(cut.toString())
                .hasMessageContaining("cut off");
    }

    private Path recorded() throws IOException {
        Path file = folder.resolve("reads.h2rt");
        try (TraceRecorder recorder = new TraceRecorder(file, HEADER)) {
            for (int step = 0; step < 3; step++) {
                StepReads reads = step(100 + step);
                recorder.accept(step, reads.contextTokens(), 0, 0, reads.read(0, 0));
                recorder.accept(step, reads.contextTokens(), 0, 1, reads.read(0, 1));
            }
        }
        return file;
    }

    private static StepReads step(int context) {
        HeadRead streaming = new HeadRead(0, TokenSet.ofRanges(0, 4, context - 8, context));
        HeadRead retrieval = new HeadRead(7, TokenSet.ofRanges(0, 64, 90, context));
        return new StepReads(context, List.of(List.of(streaming, retrieval)));
    }
}

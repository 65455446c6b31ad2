package h2eal.lab.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.hardware.BankSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.lab.spec.TimingSpec;
import h2eal.sim.dram.EngineKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BankReplayTest {

    private final BankSpec edge = TimingSpec.bank(Presets.installed().named(Kind.TIMING, "edge"));

    @TempDir
    private Path folder;

    /// Golden value of two public simulators for 100,000 sequential reads without refresh: 140,625 and 140,627 cycles.
    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void sequentialReadsFinishWhenThePublicSimulatorsSay(EngineKind engine) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append("0x").append(Integer.toHexString(64 * i)).append(" READ 0\n");
        }
        BankSpec unrefreshed = edge.withTiming(edge.timing().withoutRefresh());
        ReplayResult result = BankReplay.run(zipped(text), unrefreshed, engine, bytes -> {});
        assertThat(result.finishCycle()).isBetween(140_625L - 140, 140_627L + 140);
        assertThat(result.requests()).isEqualTo(100_000);
        assertThat(result.activations()).isEqualTo(3125);
        assertThat(result.rowHits()).isEqualTo(100_000 - 3125);
    }

    @ParameterizedTest
    @ValueSource(strings = {"12 READ 0", "0x0 FETCH 0", "0x0 READ", "0x0 READ -1", "0xzz READ 0", "0x10000000 READ 0"})
    void lineThatIsNoRequestIsNamed(String line) throws IOException {
        RequestTrace trace = plain("# comment\n0x40 READ 0\n" + line + "\n");
        assertThatThrownBy(() -> BankReplay.run(trace, edge, EngineKind.BURST, bytes -> {}))
                .hasMessageStartingWith(trace.file() + ":3: ");
    }

    @Test
    void traceWithoutRequestsIsRefused() throws IOException {
        RequestTrace trace = plain("\n");
        assertThatThrownBy(() -> BankReplay.run(trace, edge, EngineKind.BURST, bytes -> {}))
                .hasMessageContaining("holds no requests");
    }

    private RequestTrace plain(String text) throws IOException {
        return new RequestTrace(Files.writeString(folder.resolve("trace.txt"), text));
    }

    private RequestTrace zipped(StringBuilder text) throws IOException {
        Path file = folder.resolve("trace.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
        }
        return new RequestTrace(file);
    }
}

package h2eal.cli.measure;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.cli.decode.CommandRun;
import h2eal.lab.speed.DecodeSpeed;
import h2eal.lab.speed.Memory;
import h2eal.lab.speed.Milliseconds;
import h2eal.lab.speed.PrefillSpeed;
import h2eal.model.Precision;
import h2eal.workload.ReadCounts;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {

    @Test
    void cacheIsAskedForByTheWordsOfOtherCommands() {
        CommandRun run = CommandRun.of(new BenchCommand(), "--kv", "f16,int8");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("expected one of [F32, F16, BF16, Q8, Q4]", "'int8'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Q9", "Q8_1"})
    void weightsThatNothingComputesWithAreRefusedByTheNamesOfThoseItDoes(String type) {
        CommandRun run = CommandRun.of(new BenchCommand(), "--model=llama-3.2-1b", "--weights=" + type);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'--weights': expected one of [F32, F16, Q4_0", "'" + type + "'");
        assertThat(run.err()).doesNotContain("IQ1_S");
    }

    @Test
    void shippedModelIsMeasured() {
        CommandRun run = CommandRun.of(
                new BenchCommand(), "--model=demo", "--depths=64", "--steps=1", "--prompt=8", "--threads=1");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("f16 ");
    }

    @Test
    void cacheIsPrintedByTheWordItIsAskedForBy() {
        Milliseconds time = new Milliseconds(2, 1, 2);
        PrefillSpeed prefill = new PrefillSpeed(8, time);
        ReadCounts reads = new ReadCounts(1, 1, 1, 1, 2);
        DecodeSpeed row = new DecodeSpeed(Precision.INT8, 64, time, time, reads, prefill, prefill, reads, 1, 1, 0);
        Memory memory = new Memory(1, 1, 1, OptionalLong.empty());

        String text = BenchText.of(new BenchResult("shape", "kernels", 1, 1, 1, memory, prefill, List.of(row)));

        assertThat(text.lines())
                .filteredOn(line -> line.contains(" 64 "))
                .singleElement()
                .asString()
                .startsWith("q8 ");
    }
}

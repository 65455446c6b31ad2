package h2eal.bench;

import h2eal.runtime.page.KvType;
import h2eal.runtime.page.QueryRows;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One thread goes over a KV cache of 256 MiB: plainly, densely, and over one page of eight. [KvStreaming] prints the
/// same as ratios.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class KvStreamingBenchmark {

    @Param({"F32", "F16", "Q8"})
    public KvType kv;

    private KvStreams streams;
    private QueryRows rows;

    @Setup
    public void fill() {
        streams = new KvStreams(kv);
        rows = streams.rows();
    }

    @Benchmark
    public float read() {
        return streams.read(0, 1);
    }

    @Benchmark
    public float attend() {
        return streams.attend(0, 1, rows);
    }

    @Benchmark
    public float attendSelected() {
        return streams.attendSelected(0, 1, rows);
    }

    @TearDown
    public void close() {
        streams.close();
    }
}

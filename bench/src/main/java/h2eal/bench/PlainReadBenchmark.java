package h2eal.bench;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One thread reads 256 MiB once and adds it up: the ceiling that every kernel of the KV cache is compared with.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PlainReadBenchmark {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int NUMBERS = 1 << 26;

    private float[] memory;

    @Setup
    public void fill() {
        memory = new float[NUMBERS];
        Arrays.fill(memory, 1f);
    }

    /// Four accumulators, so that additions never wait for each other longer than memory does.
    @Benchmark
    public float read() {
        int step = SPECIES.length();
        FloatVector first = FloatVector.zero(SPECIES);
        FloatVector second = first;
        FloatVector third = first;
        FloatVector fourth = first;
        for (int i = 0; i < NUMBERS; i += 4 * step) {
            first = first.add(FloatVector.fromArray(SPECIES, memory, i));
            second = second.add(FloatVector.fromArray(SPECIES, memory, i + step));
            third = third.add(FloatVector.fromArray(SPECIES, memory, i + 2 * step));
            fourth = fourth.add(FloatVector.fromArray(SPECIES, memory, i + 3 * step));
        }
        return first.add(second).add(third.add(fourth)).reduceLanes(VectorOperators.ADD);
    }
}

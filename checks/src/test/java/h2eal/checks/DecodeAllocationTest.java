package h2eal.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import h2eal.attention.HeadMap;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.yaml.YamlDocument;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.runtime.gguf.RandomModel;
import h2eal.runtime.gguf.TensorType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A decode step leaves nothing for the garbage collector, on any thread. With scalar kernels, as tests here run
/// without the module of the vector ones; and once more with it. Vectors are on the heap until their loops are
/// compiled, so the steps are repeated until they are.
class DecodeAllocationTest {

    private static final ModelShape SHAPE = new ModelShape("random", 2, 64, 4, 2, 32, 96, 300, 1, 1, false, 4096);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final String KERNELS = System.getProperty("h2eal.testedKernels", "scalar");
    private static final int CONTEXT = 700;
    private static final int STEPS = 40;
    /// Rounds of steps until one allocates nothing; vectors are compiled after about 30, rarely after 400.
    private static final int MOST_ROUNDS = 3000;

    /// An attention block of which every test replaces some options.
    private static final String ATTENTION = """
            {name: base, streamingShare: 0.5, sinkTokens: 8, windowTokens: 32, pageTokens: 16, summaryTokens: 4,
             budgetTokens: 96, score: box, groupRule: sum, refreshInterval: 4, denseLayers: 0, compensation: false}""";

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void write() throws IOException {
        model = folder.resolve("random.gguf");
        RandomModel.write(model, SHAPE, TensorType.Q8_0, 3);
    }

    @Test
    void denseStepAllocatesNothing() {
        assertThat(allocatedBytes(new AttentionMode.Dense(), Precision.F16)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void hybridStepAllocatesNothing(Precision kv) {
        assertThat(allocatedBytes(hybrid("{}"), kv)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{refreshInterval: 1}",
                "{pageTokens: 4, summaryTokens: 4, budgetTokens: 256}",
                "{score: spread}",
                "{score: mass}",
                "{summaryPrecision: int8}",
                "{exactScores: true}",
                "{groupRule: max}",
                "{groupRule: softmax-max}",
                "{groupRule: none}",
                "{denseLayers: 1}",
                "{compensation: true}",
                "{forcedSinkTokens: 32}",
                "{budgetDivisor: 5}",
                "{banks: 16, budgetTokens: 256}",
                "{banks: 3, groupRule: none, refreshInterval: 1}",
                "{massTarget: 0.9, capTokens: 256}",
                "{massTarget: 0.9, capTokens: 256, refreshInterval: 1, groupRule: softmax-max}",
                "{massTarget: 0.9, capTokens: 256, refreshInterval: 1, groupRule: none, banks: 4}"
            })
    void stepAllocatesNothingWhateverTheOptionsOfThePolicy(String options) {
        assertThat(allocatedBytes(hybrid(options), Precision.F16)).isZero();
    }

    @Test
    void stepOfSeveralSessionsAllocatesNothing() {
        SessionOptions options = options(hybrid("{refreshInterval: 1}"), Precision.F16);
        try (Engine engine = Engine.open(model, 2);
                Session first = engine.session(options);
                Session second = engine.session(options)) {
            first.fillWithNoise(CONTEXT, 1);
            second.fillWithNoise(CONTEXT - 200, 2);
            List<Session> sessions = List.of(first, second);
            int[] tokens = {7, 8};
            Runnable rewind = () -> {
                first.rewind(CONTEXT);
                second.rewind(CONTEXT - 200);
            };
            assertThat(leastAllocated(() -> engine.step(sessions, tokens), rewind))
                    .isZero();
        }
    }

    /// @param options what is different from [#ATTENTION]
    private static AttentionMode hybrid(String options) {
        Block block = YamlDocument.parse("attention", ATTENTION).merge(YamlDocument.parse("options", options));
        HeadMap heads = HeadMap.of(new boolean[][] {{true, false}, {false, true}});
        return new AttentionMode.Hybrid(AttentionSpec.attention(block).hybrid(), Optional.of(heads));
    }

    private static SessionOptions options(AttentionMode attention, Precision kv) {
        return SessionOptions.dense().with(attention).with(kv).withContext(1024, false);
    }

    private long allocatedBytes(AttentionMode attention, Precision kv) {
        try (Engine engine = Engine.open(model, 2);
                Session session = engine.session(options(attention, kv))) {
            assertThat(engine.kernels()).containsIgnoringCase(KERNELS);
            session.fillWithNoise(CONTEXT, 1);
            return leastAllocated(() -> session.step(11), () -> session.rewind(CONTEXT));
        }
    }

    /// Bytes that [#STEPS] steps allocate after as many others, the least of some rounds: a worker that was never in
    /// time for work before links its calls then.
    private static long leastAllocated(Runnable step, Runnable rewind) {
        run(step);
        long[] threads = computingThreads();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < MOST_ROUNDS && least > 0; round++) {
            if (round % 4 == 3) {
                rewind.run();
            }
            long start = allocated(threads);
            long before = allocated(threads);
            run(step);
            least = Math.min(least, allocated(threads) - before - (before - start));
        }
        return least;
    }

    private static void run(Runnable step) {
        for (int i = 0; i < STEPS; i++) {
            step.run();
        }
    }

    /// What these threads have allocated; the array for the answer counts for the calling one.
    private static long allocated(long[] threads) {
        long sum = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(threads)) {
            sum += bytes;
        }
        return sum;
    }

    private static long[] computingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread ->
                        thread == Thread.currentThread() || thread.getName().startsWith("h2eal-worker"))
                .mapToLong(Thread::threadId)
                .toArray();
    }
}

package h2eal.bench;

import h2eal.attention.HeadMap;
import h2eal.attention.PageGeometry;
import h2eal.hardware.Accelerator;
import h2eal.heads.CombinedRule;
import h2eal.heads.GateText;
import h2eal.lab.spec.HardwareSpec;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.YamlDocument;
import h2eal.mapping.Balancer;
import h2eal.mapping.HeadId;
import h2eal.mapping.HeadWork;
import h2eal.mapping.KvFormat;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.balance.Balancers;
import h2eal.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.openjdk.jmh.annotations.Warmup;

/// Schedules all 32 layers of Llama-2-7B (32 KV heads each) on 64 tiles with the trained head gates: under 100 ms.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ScheduleBenchmark {

    private static final KvFormat FORMAT = new KvFormat(128, 1, Precision.F16, new PageGeometry(64, 16));
    private static final int BUDGET = 4096;
    private static final int SINK_AND_WINDOW = 384;

    @Param({"32768", "131072"})
    private int contextTokens;

    private Accelerator accelerator;
    private List<List<HeadWork>> layers;

    @Setup
    public void read() throws IOException {
        Path configs = Presets.installed().folder();
        Path gates = configs.resolve("heads/duo-attention/Llama-2-7B-32K-Instruct/full_attention_heads.tsv");
        HeadMap map = CombinedRule.byGates(GateText.parse(Files.readAllLines(gates)), 0.5);
        accelerator = HardwareSpec.accelerator(YamlDocument.read(configs.resolve("hardware/hb-edge.yaml")));
        layers = IntStream.range(0, map.layers())
                .mapToObj(layer -> IntStream.range(0, map.kvHeads())
                        .mapToObj(head -> work(map.isRetrieval(layer, head), head))
                        .toList())
                .toList();
    }

    private HeadWork work(boolean retrieval, int head) {
        int summaries = retrieval ? FORMAT.geometry().summaries(contextTokens) : 0;
        return new HeadWork(new HeadId(0, head), retrieval ? BUDGET : SINK_AND_WINDOW, summaries, 4, FORMAT);
    }

    @Benchmark
    public List<TileSchedule> adaptive() {
        Balancer balancer = Balancers.named("adaptive");
        List<TileSchedule> schedules = new ArrayList<>(layers.size());
        for (List<HeadWork> layer : layers) {
            schedules.add(balancer.assign(layer, accelerator));
        }
        return schedules;
    }
}

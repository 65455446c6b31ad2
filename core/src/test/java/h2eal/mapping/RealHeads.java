package h2eal.mapping;

import h2eal.attention.HeadMap;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryPrecision;
import h2eal.hardware.Accelerator;
import h2eal.heads.CombinedRule;
import h2eal.heads.GateText;
import h2eal.model.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Expected loads from the trained head gates of real models, with LServe's parameters.
public final class RealHeads {

    public static final PageGeometry PAGES = new PageGeometry(64, 16);
    private static final Path GATES = Path.of("..", "configs", "heads");
    private static final int BUDGET = 4096;
    private static final int SINK_AND_WINDOW = 384;
    private static final int REFRESH = 4;

    private RealHeads() {}

    /// The files of the seven models, relative to `configs/heads`.
    public static final List<String> MODELS = List.of(
            "duo-attention/Llama-2-7B-32K-Instruct",
            "duo-attention/Llama-3-8B-Instruct-Gradient-1048k",
            "duo-attention/Llama-3-8B-Instruct-Gradient-4194k",
            "duo-attention/Meta-Llama-3.1-8B-Instruct",
            "duo-attention/Mistral-7B-Instruct-v0.2",
            "duo-attention/Mistral-7B-Instruct-v0.3",
            "lserve/Mixtral-8x7B-Instruct-v0.1");

    /// Which heads of a model retrieve when `streamingShare` of them stream.
    public static HeadMap map(String model, double streamingShare) {
        try {
            List<String> lines = Files.readAllLines(GATES.resolve(model).resolve("full_attention_heads.tsv"));
            return CombinedRule.byGates(GateText.parse(lines), streamingShare);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The expected reads of one layer at a context length.
    public static List<HeadWork> works(HeadMap map, int layer, int contextTokens) {
        KvFormat format = new KvFormat(128, 32 / map.kvHeads(), Precision.F16, PAGES, SummaryPrecision.INT8);
        return IntStream.range(0, map.kvHeads())
                .mapToObj(head -> {
                    HeadId id = new HeadId(0, head);
                    if (!map.isRetrieval(layer, head)) {
                        return new HeadWork(id, Math.min(SINK_AND_WINDOW, contextTokens), 0, REFRESH, format);
                    }
                    boolean selects = contextTokens > BUDGET;
                    int summaries = selects ? PAGES.summaries(contextTokens) : 0;
                    return new HeadWork(id, Math.min(BUDGET, contextTokens), summaries, REFRESH, format);
                })
                .toList();
    }

    /// The schedules of all layers.
    public static List<TileSchedule> schedules(
            Balancer balancer, HeadMap map, int contextTokens, Accelerator accelerator) {
        List<List<HeadWork>> works = IntStream.range(0, map.layers())
                .mapToObj(layer -> works(map, layer, contextTokens))
                .toList();
        return balancer.assignLayers(works, accelerator);
    }
}

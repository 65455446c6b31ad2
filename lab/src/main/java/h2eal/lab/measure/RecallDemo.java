package h2eal.lab.measure;

import h2eal.attention.HeadMap;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.HeadMaps;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Model;
import h2eal.lab.spec.Presets;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import h2eal.workload.ReadSink;
import h2eal.workload.ReadSource;
import h2eal.workload.StepCollector;
import h2eal.workload.StepReads;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// The shipped model over the shipped text, dense and hybrid, and what the hybrid run read.
///
/// @param shape the model
/// @param attention what the heads read in the hybrid run
/// @param heads which of them retrieved
/// @param haystack the text and its facts
/// @param dense answers with dense attention
/// @param hybrid answers with hybrid attention
/// @param reads what every KV head read in the hybrid run
public record RecallDemo(
        ModelShape shape,
        Attention attention,
        HeadMap heads,
        Haystack haystack,
        Recall dense,
        Recall hybrid,
        ReadSource reads) {

    /// Parts that [#run] reports as done.
    public static final int PARTS = 2;

    private static final String PRESET = "h2eal-accurate";
    private static final int TEXT_TOKENS = 4000;
    private static final int WARM_UP_TOKENS = 1000;

    /// Facts that the model recalls with dense attention; it confuses one in four of such keys whatever reads the
    /// cache.
    private static final List<Fact> FACTS =
            List.of(new Fact("bep", "1349"), new Fact("fev", "5746"), new Fact("rar", "3308"), new Fact("maw", "2370"));

    /// What `--json` writes.
    public record Summary(
            int textTokens, List<Fact> facts, Recall dense, Recall hybrid, long sameAnswers, double savedFactor) {}

    /// Runs both attentions one after the other.
    ///
    /// @param progress hears the parts done
    public static RecallDemo run(int threads, LongConsumer progress) throws IOException {
        Attention attention = AttentionSpec.attention(Presets.installed().named(Kind.ATTENTION, PRESET));
        Haystack haystack = Haystack.plant(Files.readString(Shipped.prose()), FACTS, TEXT_TOKENS);
        try (Engine engine = Engine.open(Shipped.model(), threads)) {
            SessionOptions options = SessionOptions.dense()
                    .with(new AttentionMode.Dense(attention.hybrid().geometry()));
            HeadMap heads = heads(attention, engine.shape());
            AttentionMode mode = new AttentionMode.Hybrid(attention.hybrid(), Optional.of(heads));
            warmUp(engine, options, options.with(mode));
            Recall dense = Recall.of(engine, options, haystack, ReadSink.NONE, tokens -> {});
            progress.accept(1);
            List<StepReads> steps = new ArrayList<>();
            ReadSink reads =
                    new StepCollector(engine.shape().layers(), engine.shape().kvHeads(), steps::add);
            Recall hybrid = Recall.of(engine, options.with(mode), haystack, reads, tokens -> {});
            progress.accept(PARTS);
            return new RecallDemo(engine.shape(), attention, heads, haystack, dense, hybrid, steps::iterator);
        }
    }

    /// Lets the compiler see both ways to decode before either is timed.
    private static void warmUp(Engine engine, SessionOptions dense, SessionOptions hybrid) throws IOException {
        Haystack small = Haystack.plant(Files.readString(Shipped.prose()), FACTS, WARM_UP_TOKENS);
        for (SessionOptions options : List.of(dense, hybrid)) {
            Recall.of(engine, options, small, ReadSink.NONE, tokens -> {});
        }
    }

    /// By the model's gates, if they are known; else every head retrieves.
    private static HeadMap heads(Attention attention, ModelShape shape) {
        return Shipped.gates()
                .map(gates -> new Model(shape, Precision.F32, Precision.F32, Optional.of(gates), Optional.empty()))
                .map(model -> HeadMaps.of(model, attention))
                .orElseGet(() -> HeadMap.allRetrieval(shape.layers(), shape.kvHeads()));
    }

    /// The numbers without the reads.
    public Summary summary() {
        return new Summary(
                dense.timings().prefillTokens(),
                haystack.facts(),
                dense,
                hybrid,
                hybrid.agreement(dense),
                hybrid.attention().savedFactor());
    }
}

package h2eal.lab.eval.study;

import h2eal.attention.HeadMap;
import h2eal.lab.cache.ResultCache;
import h2eal.lab.cache.Watcher;
import h2eal.lab.eval.Evaluation;
import h2eal.lab.eval.score.Candidate;
import h2eal.lab.eval.task.FactStyle;
import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.loop.Gain;
import h2eal.lab.loop.RecordedRun;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.HeadMaps;
import h2eal.lab.spec.Model;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import h2eal.workload.ReadSink;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// A study, run: all attentions at all byte factors on the same trials.
///
/// @param spec what was asked for
/// @param evaluation every score
/// @param rows one per attention and byte factor
public record Study(StudySpec spec, Evaluation evaluation, List<StudyRow> rows) {

    private static final String STRONGEST_DENSE = "hb-tiled";

    public Study {
        rows = List.copyOf(rows);
    }

    private record Case(Model model, Attention attention, String byteTarget, Candidate candidate) {}

    /// Runs a study.
    ///
    /// @param cache keeps every answered trial
    /// @param watcher hears the trials done, of [#trials]
    /// @throws java.util.concurrent.CancellationException if the watcher stopped it
    public static Study of(StudySpec spec, int threads, ResultCache cache, Watcher watcher) throws IOException {
        String prose = Files.readString(spec.text());
        try (Engine engine = Engine.open(spec.model(), threads)) {
            int[] tokens = engine.tokenizer().encode(prose, false);
            try (Rehearsal rehearsal = new Rehearsal(engine, tokens, spec.contextTokens())) {
                List<Case> cases = cases(spec, engine.shape(), rehearsal);
                List<Candidate> candidates = cases.stream().map(Case::candidate).toList();
                Evaluation.Plan plan = plan(spec, engine, prose);
                Evaluation evaluation = Evaluation.of(
                        engine,
                        SessionOptions.dense(),
                        candidates,
                        plan,
                        ReadSink.NONE,
                        KeptTrials.of(cache, watcher, spec.model(), candidates, plan));
                List<StudyRow> rows = new ArrayList<>();
                for (int i = 0; i < cases.size(); i++) {
                    Case one = cases.get(i);
                    rows.add(new StudyRow(
                            one.attention,
                            one.byteTarget,
                            evaluation.scores().get(i),
                            spec.hardware().map(hardware -> cost(one, rehearsal, hardware))));
                }
                return new Study(spec, evaluation, rows);
            }
        }
    }

    /// Trials that [#of] asks.
    public static int trials(StudySpec spec) {
        return spec.trials() * spec.suite().tasks().size();
    }

    private static Evaluation.Plan plan(StudySpec spec, Engine engine, String prose) {
        FactStyle style = FactStyle.of(engine.tokenizer().vocabularySize());
        return new Evaluation.Plan(spec.suite(), prose, style, spec.contextTokens(), spec.trials(), spec.seed());
    }

    private static List<Case> cases(StudySpec spec, ModelShape shape, Rehearsal rehearsal) {
        List<Case> cases = new ArrayList<>();
        for (OptionalDouble factor : spec.byteFactors()) {
            for (StudySpec.Entry entry : spec.entries()) {
                Model model = new Model(shape, Precision.F16, Precision.F16, entry.gates(), spec.copyScores());
                EqualBytes equal =
                        new EqualBytes(rehearsal, attention -> heads(model, attention), spec.contextTokens());
                Attention attention = entry.attention();
                Attention sized = factor.isPresent() ? equal.at(attention, factor.getAsDouble()) : attention;
                String target = factor.isPresent() ? factor.getAsDouble() + "x" : "own";
                cases.add(new Case(model, sized, target, new Candidate(sized.name(), equal.mode(sized))));
            }
        }
        return cases;
    }

    private static HeadMap heads(Model model, Attention attention) {
        boolean uniform = attention.streamingShare() == 0 || attention.streamingShare() == 1;
        return model.gates().isEmpty() && !uniform
                ? HeadMap.allRetrieval(model.shape().layers(), model.shape().kvHeads())
                : HeadMaps.of(model, attention);
    }

    private static StudyRow.SimulatedCost cost(Case one, Rehearsal rehearsal, String hardware) {
        RecordedRun run = new RecordedRun(
                one.model,
                one.attention,
                one.candidate.mode().heads().orElseThrow(),
                rehearsal.reads(one.candidate.mode()));
        ClosedLoop loop = ClosedLoop.of(run, hardware, done -> {});
        Gain gain = loop.gains().stream()
                .filter(each -> each.baseline().equals(STRONGEST_DENSE))
                .findFirst()
                .orElseThrow();
        return new StudyRow.SimulatedCost(
                loop.step("h2eal").attention().cycles(),
                loop.step("h2eal").attention().energyPicojoules().total(),
                gain.attention().speedup(),
                gain.attention().energyEfficiency());
    }
}

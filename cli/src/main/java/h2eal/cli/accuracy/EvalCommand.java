package h2eal.cli.accuracy;

import h2eal.cli.console.Console;
import h2eal.cli.console.Interruption;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Problems;
import h2eal.cli.console.Progress;
import h2eal.cli.console.TextFile;
import h2eal.cli.option.AttentionOption;
import h2eal.cli.option.KvOption;
import h2eal.cli.option.ModelOption;
import h2eal.lab.eval.Evaluation;
import h2eal.lab.eval.MassHeld;
import h2eal.lab.eval.TrialWatcher;
import h2eal.lab.eval.jsonl.FileEvaluation;
import h2eal.lab.eval.jsonl.SampleFile;
import h2eal.lab.eval.score.Candidate;
import h2eal.lab.eval.suite.Suite;
import h2eal.lab.eval.task.FactStyle;
import h2eal.lab.measure.Shipped;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import h2eal.workload.ReadSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `h2eal eval`: what sparse attention costs in accuracy, task by task.
@Command(
        name = "eval",
        description = {
            "Asks the model many questions about long contexts, dense and sparse, task by task.",
            "--attention takes several names, joined by commas; default hybrid.",
            "--context: tokens of context, question and answer together."
        })
public final class EvalCommand implements Callable<Integer> {

    private static final int MASS_STEPS = 64;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model;

    @Option(
            names = "--suite",
            defaultValue = Suite.ALL,
            paramLabel = "NAME|TASK,TASK...",
            description = "all, ruler, quick, or names of tasks (default all; --list shows them).")
    private String suite;

    @Option(names = "--list", description = "Show the tasks and stop.")
    private boolean list;

    @Mixin
    private AttentionOption attention;

    @Mixin
    private KvOption kv;

    @Option(
            names = "--trials",
            defaultValue = "2",
            paramLabel = "N",
            description = "Contexts per task (default 2); confidence needs more.")
    private int trials;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Seed of the trials (default 1).")
    private long seed;

    @Option(
            names = "--text",
            paramLabel = "FILE",
            description = "Prose of the haystacks, UTF-8 (default: The Time Machine, public domain, shipped).")
    private Path text;

    @Option(
            names = "--facts",
            paramLabel = "STYLE",
            description = "How facts are written: record, [abc=1234], or sentence (default: record for vocabularies of"
                    + " single bytes, else sentence).")
    private FactStyle style;

    @Option(
            names = "--file",
            paramLabel = "FILE.jsonl",
            description =
                    "Questions in LongBench's or RULER's format, scored by their official metrics, in place of a suite.")
    private Path file;

    @Option(names = "--depths", description = "Also print every task by depth.")
    private boolean depths;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        Problems.positive(spec, "--trials", trials);
        Console console = Console.of(spec);
        Suite tasks = Problems.flag(spec, () -> Suite.of(suite));
        if (list) {
            console.print(EvalText.tasks(tasks).text());
            return 0;
        }
        String prose = TextFile.read(text == null ? Shipped.prose() : text);
        try (Engine engine = model.open()) {
            List<Candidate> candidates = attention.sparse(engine.shape(), model.isDemo()).entrySet().stream()
                    .map(entry -> new Candidate(entry.getKey(), entry.getValue()))
                    .toList();
            SessionOptions options = kv.session(candidates.getFirst().mode());
            Evaluation.Plan plan = plan(engine, options, tasks, prose);
            if (file != null) {
                return askFile(console, engine, options, candidates, plan.contextTokens());
            }
            return ask(console, engine, options, candidates, plan);
        }
    }

    private int ask(
            Console console, Engine engine, SessionOptions options, List<Candidate> candidates, Evaluation.Plan plan)
            throws IOException {
        try (Interruption interruption = Interruption.listen()) {
            Evaluation result;
            try (Progress progress = Progress.of(console, "asking", plan.allTrials(engine))) {
                result = Evaluation.of(
                        engine, options, candidates, plan, ReadSink.NONE, watcher(progress, interruption));
            }
            EvalText.print(console, result, depths);
            if (!attention.knowsHeads(model.isDemo())) {
                console.print("no --heads: every head retrieves, with the same budget; `h2eal profile --model FILE -o"
                        + " heads.tsv` tells heads apart, --heads heads.tsv then spends the same bytes better");
            }
            List<MassHeld> held = result.stopped() ? List.of() : massHeld(engine, options, candidates, plan);
            held.forEach(
                    one -> console.print(EvalText.mass(one, attention.massLoss().orElseThrow())));
            json.write(held.isEmpty() ? result : new Result(result, held));
            return result.stopped() ? Interruption.EXIT_CODE : 0;
        }
    }

    private static TrialWatcher watcher(Progress progress, Interruption interruption) {
        return new TrialWatcher() {
            @Override
            public void done(int trials) {
                progress.at(trials);
            }

            @Override
            public boolean stopped() {
                return interruption.requested();
            }
        };
    }

    private int askFile(
            Console console, Engine engine, SessionOptions options, List<Candidate> candidates, int contextTokens)
            throws IOException {
        SampleFile samples = SampleFile.read(file);
        List<FileEvaluation> results = new ArrayList<>();
        for (Candidate candidate : candidates) {
            try (Progress progress =
                    Progress.of(console, "answering", samples.samples().size())) {
                results.add(FileEvaluation.of(engine, options, candidate, samples, contextTokens, progress::at));
            }
            console.print(EvalText.datasets(results.getLast()).text());
        }
        samples.skipped()
                .forEach(line -> console.note("%s:%d: skipped: %s".formatted(file, line.line(), line.reason())));
        if (!samples.skipped().isEmpty()) {
            console.print("%d of %d lines skipped"
                    .formatted(
                            samples.skipped().size(),
                            samples.skipped().size() + samples.samples().size()));
        }
        json.write(results.size() == 1 ? results.getFirst() : results);
        return 0;
    }

    /// How well the estimates of dropped attention hold on prose, for every attention.
    private List<MassHeld> massHeld(
            Engine engine, SessionOptions options, List<Candidate> candidates, Evaluation.Plan plan) {
        if (attention.massLoss().isEmpty()) {
            return List.of();
        }
        int[] prose = engine.tokenizer().encode(plan.prose(), false);
        int[] tokens = Arrays.copyOf(prose, Math.min(prose.length, plan.contextTokens()));
        return candidates.stream()
                .map(candidate -> MassHeld.of(
                        engine,
                        options.with(candidate.mode()).withContext(tokens.length, true),
                        tokens,
                        Math.min(MASS_STEPS, tokens.length / 2),
                        attention.massLoss().getAsDouble()))
                .toList();
    }

    /// What `--json` writes.
    private record Result(Evaluation evaluation, List<MassHeld> massHeld) {}

    private Evaluation.Plan plan(Engine engine, SessionOptions options, Suite tasks, String prose) {
        int trained = engine.shape().maxContext();
        int context = options.contextTokens().orElse(trained);
        if (context > trained && !options.beyondTraining()) {
            throw new IllegalArgumentException(
                    "--context %d exceeds the %d tokens that %s was trained for; --beyond-training evaluates it anyway"
                            .formatted(context, trained, engine.shape().name()));
        }
        FactStyle facts = Optional.ofNullable(style)
                .orElseGet(() -> FactStyle.of(engine.tokenizer().vocabularySize()));
        return new Evaluation.Plan(tasks, prose, facts, context, trials, seed);
    }
}

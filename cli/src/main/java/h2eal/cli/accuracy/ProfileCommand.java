package h2eal.cli.accuracy;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Problems;
import h2eal.cli.console.Progress;
import h2eal.cli.console.Table;
import h2eal.cli.option.AttentionOption;
import h2eal.cli.option.ModelOption;
import h2eal.heads.HeadTable;
import h2eal.lab.measure.Shipped;
import h2eal.lab.profile.HeadProfile;
import h2eal.lab.profile.ProfileFiles;
import h2eal.lab.profile.RecallTrials;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.runtime.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `h2eal profile`: which heads of a model need the far past.
@Command(
        name = "profile",
        description = "Classifies the KV heads of a model without training and writes their gates"
                + " (DuoAttention's format) for --heads.")
public final class ProfileCommand implements Callable<Integer> {

    private static final int REPEAT_TOKENS = 128;
    private static final int MOST_TOKENS = 4000;
    private static final int SAMPLE_CHARACTERS = 20_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "Where the gates go: one line per layer, one gate per KV head.")
    private Path output;

    @Option(
            names = "--attention",
            paramLabel = "NAME|FILE",
            description =
                    "Whose sink and window streaming heads get (default h2eal, for the shipped model h2eal-short).")
    private String attention;

    @Option(
            names = "--context",
            paramLabel = "N",
            description =
                    "Tokens of each trial's text (default: three quarters of what the model was trained for, at most"
                            + " 4000).")
    private Integer context;

    @Option(
            names = "--trials",
            defaultValue = "8",
            paramLabel = "N",
            description = "Texts to probe, and as many others to choose the share with; 4 facts each (default 8).")
    private int trials;

    @Option(
            names = "--loss-bound",
            defaultValue = "0.01",
            paramLabel = "NATS",
            description = "How much worse the recall of a fact may get, per token (default 0.01).")
    private double lossBound;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Seed of the trials (default 1).")
    private long seed;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        Problems.positive(spec, "--trials", trials);
        ProfileFiles files = ProfileFiles.beside(output);
        files.prepare();
        Console console = Console.of(spec);
        try (Engine engine = model.open()) {
            HeadProfile profile;
            try (Progress progress = Progress.of(console, "profiling", HeadProfile.PARTS)) {
                profile = HeadProfile.of(engine, setting(engine), progress::at);
            }
            files.write(profile, engine.shape().name());
            console.print(picture(profile));
            console.print("");
            console.print(shares(profile).text());
            console.print("");
            console.print(
                    "largest share of streaming heads within %s nats of dense: %s%ngates in %s, map in %s, scores in %s, picture in %s%nuse them with --heads %s, as `h2eal eval` does"
                            .formatted(
                                    lossBound,
                                    profile.streamingShare(),
                                    files.gates(),
                                    files.map(),
                                    files.scores(),
                                    files.picture(),
                                    files.gates()));
            json.write(Result.of(profile));
        }
        return 0;
    }

    private HeadProfile.Setting setting(Engine engine) throws IOException {
        String preset = attention != null ? attention : AttentionOption.usual(engine.shape());
        String prose = Files.readString(Shipped.profileProse());
        int characters = characters(engine, prose);
        return new HeadProfile.Setting(
                RecallTrials.draw(prose, trials, characters, seed),
                RecallTrials.draw(prose, trials, characters, seed + 1),
                AttentionSpec.attention(Presets.installed().named(Kind.ATTENTION, preset))
                        .hybrid(),
                lossBound,
                REPEAT_TOKENS,
                seed);
    }

    /// Characters of prose that are about as many tokens as a trial has.
    private int characters(Engine engine, String prose) {
        int trained = engine.shape().maxContext();
        int tokens = context == null ? Math.min(MOST_TOKENS, trained * 3 / 4) : context;
        if (tokens < 1 || tokens > trained) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--context must be from 1 to the %d tokens of training: %d".formatted(trained, tokens));
        }
        String sample = prose.substring(0, Math.min(prose.length(), SAMPLE_CHARACTERS));
        return (int) ((long) tokens * sample.length() / engine.tokenizer().encode(sample, false).length);
    }

    /// Layers down, KV heads across: the gate in tenths, bracketed where the head retrieves.
    private static String picture(HeadProfile profile) {
        StringBuilder text = new StringBuilder("gates in tenths, layers down, KV heads across; [ ] retrieves");
        HeadTable gates = profile.gates();
        for (int layer = 0; layer < gates.layers(); layer++) {
            text.append("%n%5d  ".formatted(layer));
            for (int head = 0; head < gates.heads(); head++) {
                long tenths = Math.round(10 * gates.value(layer, head));
                text.append((profile.heads().isRetrieval(layer, head) ? "[%2d]" : " %2d ").formatted(tenths));
            }
        }
        return text.toString();
    }

    private static Table shares(HeadProfile profile) {
        List<List<String>> rows = new ArrayList<>();
        for (HeadProfile.ShareLoss tried : profile.shares()) {
            rows.add(List.of(Double.toString(tried.share()), "%.4f".formatted(tried.loss())));
        }
        return new Table(List.of("streaming share", "nats per recalled token"), rows);
    }

    /// What `--json` writes.
    private record Result(
            double streamingShare,
            List<HeadProfile.ShareLoss> shares,
            double[][] gates,
            double[][] copy,
            double[][] echo,
            double[][] induction,
            double[][] farMass,
            double[][] reach) {

        static Result of(HeadProfile profile) {
            return new Result(
                    profile.streamingShare(),
                    profile.shares(),
                    rows(profile.gates()),
                    rows(profile.behaviour().copy()),
                    rows(profile.behaviour().echo()),
                    rows(profile.behaviour().induction()),
                    rows(profile.behaviour().farMass()),
                    rows(profile.behaviour().reach()));
        }

        private static double[][] rows(HeadTable table) {
            double[][] rows = new double[table.layers()][];
            for (int layer = 0; layer < rows.length; layer++) {
                int from = layer * table.heads();
                rows[layer] = Arrays.copyOfRange(table.values(), from, from + table.heads());
            }
            return rows;
        }
    }
}

package h2eal.lab.eval.study;

import h2eal.lab.eval.suite.Suite;
import h2eal.lab.measure.Shipped;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlDocument;
import h2eal.lab.yaml.YamlNode;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.lab.yaml.YamlNode.Items;
import h2eal.lab.yaml.YamlNode.Scalar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// A study of accuracy: several attentions, asked the same questions.
///
/// @param name name of its folder
/// @param folder folder of its `spec.yaml`
/// @param model the GGUF file
/// @param copyScores copy scores of the model's heads; those that the shipped model comes with, unless told otherwise
/// @param text prose of the haystacks
/// @param contextTokens tokens of context, question and answer together
/// @param entries what is compared; the names of their attentions are the cases
/// @param byteFactors budgets are chosen so that a decode step reads this many times fewer bytes than dense attention;
///     empty to take them as they are
/// @param hardware accelerator on which what is read is simulated; empty for none
public record StudySpec(
        String name,
        Path folder,
        Path model,
        Optional<Path> copyScores,
        Path text,
        Suite suite,
        int contextTokens,
        int trials,
        long seed,
        List<Entry> entries,
        List<OptionalDouble> byteFactors,
        Optional<String> hardware) {

    private static final String SPEC = "spec.yaml";
    private static final String EVALUATE = "evaluate";
    private static final String HEADS = "heads";
    private static final String COPY_SCORES = "copyScores";

    /// An attention that is compared.
    ///
    /// @param gates gates of the model's heads: the file `heads` of the study, unless the attention names another
    ///     beside its own keys; without either, those that the shipped model comes with
    public record Entry(Attention attention, Optional<Path> gates) {}

    public StudySpec {
        entries = List.copyOf(entries);
        byteFactors = List.copyOf(byteFactors);
        List<String> names =
                entries.stream().map(entry -> entry.attention().name()).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("two attentions have the same name: " + names);
        }
    }

    /// Whether a folder holds a study of accuracy, and not one of cost.
    public static boolean isIn(Path folder) {
        Path spec = folder.resolve(SPEC);
        return Files.isRegularFile(spec) && YamlDocument.read(spec).fields().containsKey(EVALUATE);
    }

    /// The study in a folder.
    ///
    /// @throws SpecException naming file, line and what is allowed
    public static StudySpec read(Path folder, Presets presets) {
        Block spec = YamlDocument.read(folder.resolve(SPEC));
        Fields top = Fields.of(spec, "", "about", EVALUATE, "attentions");
        Fields plan = top.block(
                EVALUATE,
                "model",
                HEADS,
                COPY_SCORES,
                "text",
                "suite",
                "context",
                "trials",
                "seed",
                "byteFactors",
                "hardware");
        Path data = presets.folder().resolveSibling("data");
        boolean demo = plan.text("model").equals("demo");
        Path model = demo ? Shipped.model() : Path.of(plan.text("model"));
        Optional<Path> gates = plan.has(HEADS) || !demo ? plan.file(HEADS) : Shipped.gates();
        Optional<Path> scores = plan.has(COPY_SCORES) || !demo ? plan.file(COPY_SCORES) : Shipped.copyScores();
        return plan.build(() -> new StudySpec(
                folder.toAbsolutePath().normalize().getFileName().toString(),
                folder,
                model,
                scores,
                data.resolve("text").resolve(plan.text("text")),
                Suite.of(plan.text("suite")),
                plan.integer("context", 1),
                plan.integer("trials", 1),
                plan.integer("seed", 0),
                items(spec).stream()
                        .map(node -> entry(presets.resolve(Kind.ATTENTION, node), gates))
                        .toList(),
                factors(spec),
                plan.has("hardware") ? Optional.of(plan.text("hardware")) : Optional.empty()));
    }

    private static Entry entry(Block block, Optional<Path> gates) {
        Attention attention = AttentionSpec.attention(block.without(HEADS));
        return block.fields().containsKey(HEADS)
                ? new Entry(
                        attention,
                        Fields.of(block.only(HEADS), Kind.ATTENTION.word(), HEADS)
                                .file(HEADS))
                : new Entry(attention, gates);
    }

    private static List<YamlNode> items(Block spec) {
        if (spec.fields().get("attentions") instanceof Items items) {
            return items.items();
        }
        throw new SpecException(spec.place(), "attentions: expected a list of presets or blocks");
    }

    private static List<OptionalDouble> factors(Block spec) {
        YamlNode factors = ((Block) spec.fields().get(EVALUATE)).fields().get("byteFactors");
        return switch (factors) {
            case null -> List.of(OptionalDouble.empty());
            case Items items -> items.items().stream().map(StudySpec::factor).toList();
            case Scalar scalar -> List.of(factor(scalar));
            case Block block -> throw new SpecException(block.place(), "byteFactors: expected numbers");
        };
    }

    private static OptionalDouble factor(YamlNode node) {
        if (node instanceof Scalar scalar) {
            try {
                return OptionalDouble.of(Double.parseDouble(scalar.text()));
            } catch (NumberFormatException notANumber) {
                throw new SpecException(
                        scalar.place(), "byteFactors: \"%s\": expected a number".formatted(scalar.text()));
            }
        }
        throw new SpecException(node.place(), "byteFactors: expected numbers");
    }

    /// Its file of expected values, which need not exist.
    public Path expected() {
        return folder.resolve("expected.csv");
    }
}

package h2eal.lab.spec;

import h2eal.attention.HeadMap;
import h2eal.heads.CombinedRule;
import h2eal.heads.GateText;
import h2eal.heads.HeadTable;
import h2eal.heads.HeadTextException;
import h2eal.heads.ScoreText;
import h2eal.lab.yaml.SpecException;
import h2eal.model.ModelShape;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/// Reads head files and turns them into a [HeadMap] by the combined rule.
public final class HeadMaps {

    private HeadMaps() {}

    /// Which heads of `model` are retrieval heads under an attention, and how they share its budget.
    ///
    /// @throws SpecException if a file does not fit the model, or if a share in between needs gates that are not there
    public static HeadMap of(Model model, Attention attention) {
        if (model.gates().isEmpty()) {
            return uniform(model.shape(), attention.streamingShare());
        }
        Path file = model.gates().get();
        HeadTable gates = gates(file, model.shape());
        double advised = attention.shareFromHeads()
                ? read(file, GateText::streamingShare).orElse(attention.streamingShare())
                : attention.streamingShare();
        double share = Math.min(attention.streamingShare(), advised);
        HeadMap map = share == 0 || share == 1
                ? uniform(model.shape(), share)
                : combined(model, gates, share, attention.forcedHeads());
        return attention.budgetRatio() > 1 ? withBudgets(map, gates, attention.budgetRatio()) : map;
    }

    /// Budgets in proportion to the gates, the strongest at most `ratio` times the weakest, the sum unchanged.
    private static HeadMap withBudgets(HeadMap map, HeadTable gates, double ratio) {
        double[][] factors = new double[map.layers()][map.kvHeads()];
        double sum = 0;
        for (int layer = 0; layer < factors.length; layer++) {
            for (int head = 0; head < factors[layer].length; head++) {
                factors[layer][head] = Math.clamp(gates.value(layer, head), 1 / ratio, 1);
                sum += map.isRetrieval(layer, head) ? factors[layer][head] : 0;
            }
        }
        double mean = sum / Math.max(1, map.retrievalHeads());
        Arrays.stream(factors).forEach(row -> Arrays.setAll(row, head -> row[head] / mean));
        return map.withBudgetFactors(factors);
    }

    private static HeadMap combined(Model model, HeadTable gates, double share, OptionalInt forcedHeads) {
        ModelShape shape = model.shape();
        if (model.copyScores().isEmpty()) {
            if (forcedHeads.orElse(0) > 0) {
                throw new SpecException(
                        "forcedHeads: %d: the copy scores of %s are not known; copyScores of a model block or study names their file"
                                .formatted(forcedHeads.getAsInt(), shape.name()));
            }
            return CombinedRule.byGates(gates, share);
        }
        CombinedRule rule =
                forcedHeads.isPresent() ? new CombinedRule(forcedHeads.getAsInt()) : CombinedRule.usual(gates.size());
        return rule.map(gates, copyScores(model.copyScores().get(), shape), share);
    }

    private static HeadTable gates(Path file, ModelShape shape) {
        HeadTable gates = read(file, GateText::parse);
        if (gates.layers() != shape.layers() || gates.heads() != shape.kvHeads()) {
            throw new SpecException("%s: gates of %d layers x %d KV heads do not fit %s: %d x %d"
                    .formatted(file, gates.layers(), gates.heads(), shape.name(), shape.layers(), shape.kvHeads()));
        }
        return gates;
    }

    private static HeadMap uniform(ModelShape shape, double streamingShare) {
        if (streamingShare != 0 && streamingShare != 1) {
            throw new SpecException(("%s has no head gates, which a streamingShare of %s needs; "
                            + "give a head file (--heads F.tsv, or gates: in the model block)")
                    .formatted(shape.name(), streamingShare));
        }
        return streamingShare == 0
                ? HeadMap.allRetrieval(shape.layers(), shape.kvHeads())
                : HeadMap.of(new boolean[shape.layers()][shape.kvHeads()]);
    }

    private static HeadTable copyScores(Path file, ModelShape shape) {
        HeadTable scores = read(file, ScoreText::parse);
        if (scores.layers() != shape.layers() || scores.heads() != shape.queryHeads()) {
            throw new SpecException("%s: copy scores of %d layers x %d query heads do not fit %s: %d x %d"
                    .formatted(
                            file, scores.layers(), scores.heads(), shape.name(), shape.layers(), shape.queryHeads()));
        }
        return scores.groupMax(shape.groupSize());
    }

    private static <T> T read(Path file, Function<List<String>, T> parse) {
        try {
            return parse.apply(Files.readAllLines(file));
        } catch (HeadTextException malformed) {
            throw new SpecException(file + ": " + malformed.getMessage());
        } catch (NoSuchFileException missing) {
            throw new SpecException(file + ": no such file");
        } catch (CharacterCodingException binary) {
            throw new SpecException(file + ": not a text file (UTF-8)");
        } catch (IOException failure) {
            throw new SpecException("%s: cannot be read: %s".formatted(file, failure.getMessage()));
        }
    }
}

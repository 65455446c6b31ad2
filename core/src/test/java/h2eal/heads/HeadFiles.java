package h2eal.heads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The head files of real models that the project ships.
final class HeadFiles {

    private static final Path ROOT = Path.of("..", "configs", "heads");

    private HeadFiles() {}

    static List<String> gateLines(String model) {
        String folder = model.startsWith("Mixtral") ? "lserve" : "duo-attention";
        return lines(ROOT.resolve(folder).resolve(model).resolve("full_attention_heads.tsv"));
    }

    static HeadTable gates(String model) {
        return GateText.parse(gateLines(model));
    }

    /// Copy scores by KV head.
    static HeadTable copyScores(String file, int groupSize) {
        return ScoreText.parse(lines(ROOT.resolve("derived/head_score_means").resolve(file + ".tsv")))
                .groupMax(groupSize);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

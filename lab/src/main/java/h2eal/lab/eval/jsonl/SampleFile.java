package h2eal.lab.eval.jsonl;

import h2eal.lab.eval.metric.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A JSONL file of LongBench or RULER: one question per line. A line that is no question is passed over and remembered.
///
/// LongBench lines have `input`, `context`, `answers` and `dataset`; RULER lines have `input` and `outputs`, and are
/// scored by their part if the file's name starts with `qa`. LongBench's prompts are not copied: context, question and
/// `Answer:` follow each other.
///
/// @param samples questions, in order
/// @param skipped lines that are none
public record SampleFile(List<Sample> samples, List<Skipped> skipped) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> FIRST_LINE = List.of("trec", "triviaqa", "samsum", "lsht");
    private static final int RULER_TOKENS = 128;

    public SampleFile {
        samples = List.copyOf(samples);
        skipped = List.copyOf(skipped);
    }

    /// A line that was passed over.
    ///
    /// @param line its number, from 1
    public record Skipped(int line, String reason) {}

    /// Reads a file.
    public static SampleFile read(Path file) throws IOException {
        List<Sample> samples = new ArrayList<>();
        List<Skipped> skipped = new ArrayList<>();
        String name = file.getFileName().toString();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                try {
                    samples.add(sample(JSON.readTree(lines.get(i)), name));
                } catch (JacksonException malformed) {
                    skipped.add(new Skipped(i + 1, "not JSON: " + malformed.getOriginalMessage()));
                } catch (IllegalArgumentException refused) {
                    skipped.add(new Skipped(i + 1, refused.getMessage()));
                }
            }
        }
        return new SampleFile(samples, skipped);
    }

    private static Sample sample(JsonNode line, String file) {
        if (!line.isObject()) {
            throw new IllegalArgumentException("expected an object");
        }
        return line.has("outputs") ? ruler(line, file) : longBench(line);
    }

    private static Sample ruler(JsonNode line, String file) {
        Metric metric = file.startsWith("qa") ? Metric.STRING_MATCH_PART : Metric.STRING_MATCH_ALL;
        String prefix = line.has("answer_prefix") ? text(line, "answer_prefix") : "";
        return new Sample(
                file.replaceFirst("\\.jsonl?$", ""),
                text(line, "input") + prefix,
                texts(line, "outputs"),
                List.of(),
                metric,
                RULER_TOKENS,
                false);
    }

    private static Sample longBench(JsonNode line) {
        String dataset = text(line, "dataset");
        String prompt = "%s\n\nQuestion: %s\nAnswer:".formatted(text(line, "context"), text(line, "input"));
        Metric metric = Metric.ofLongBench(dataset);
        boolean continues = metric == Metric.CODE_SIMILARITY;
        return new Sample(
                dataset,
                continues ? text(line, "context") + text(line, "input") : prompt,
                texts(line, "answers"),
                line.has("all_classes") && line.get("all_classes").isArray() ? texts(line, "all_classes") : List.of(),
                metric,
                answerTokens(dataset, metric),
                FIRST_LINE.contains(dataset.replaceFirst("_e$", "")));
    }

    /// LongBench's own limits.
    private static int answerTokens(String dataset, Metric metric) {
        return switch (metric) {
            case ROUGE_L -> dataset.startsWith("samsum") ? 128 : 512;
            case CLASSIFICATION, CODE_SIMILARITY -> 64;
            case RETRIEVAL, COUNT -> 32;
            case QA_F1 ->
                switch (dataset.replaceFirst("_e$", "")) {
                    case "narrativeqa", "qasper" -> 128;
                    case "multifieldqa_en" -> 64;
                    default -> 32;
                };
            case STRING_MATCH_ALL, STRING_MATCH_PART -> RULER_TOKENS;
        };
    }

    private static String text(JsonNode line, String key) {
        return Optional.ofNullable(line.get(key))
                .filter(JsonNode::isString)
                .map(JsonNode::asString)
                .orElseThrow(() -> new IllegalArgumentException("no text under \"%s\"".formatted(key)));
    }

    private static List<String> texts(JsonNode line, String key) {
        JsonNode node = line.get(key);
        if (node == null || !node.isArray()) {
            throw new IllegalArgumentException("no list under \"%s\"".formatted(key));
        }
        return StreamSupport.stream(node.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }
}

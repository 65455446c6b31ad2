package h2eal.lab.eval.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How an answer is scored against references, from 0 to 1.
public enum Metric {
    /// LongBench `qa_f1_score`: F1 over the words of SQuAD's normal form.
    QA_F1 {
        @Override
        double one(String answer, String reference, List<String> classes) {
            List<String> said = Words.normal(answer);
            List<String> wanted = Words.normal(reference);
            return Words.f1(Words.common(said, wanted), said.size(), wanted.size());
        }
    },
    /// LongBench `rouge_score`: F-measure of ROUGE-L, the longest common subsequence of words.
    ROUGE_L {
        @Override
        double one(String answer, String reference, List<String> classes) {
            List<String> said = Words.split(answer);
            List<String> wanted = Words.split(reference);
            return Words.f1(EditDistance.commonSubsequence(said, wanted), said.size(), wanted.size());
        }
    },
    /// LongBench `classification_score`: one over the classes named, if the right one is among them. A class that is
    /// part of the right one's name does not count.
    CLASSIFICATION {
        @Override
        double one(String answer, String reference, List<String> classes) {
            List<String> named = classes.stream()
                    .filter(answer::contains)
                    .filter(name -> name.equals(reference) || !reference.contains(name))
                    .toList();
            return named.contains(reference) ? 1.0 / named.size() : 0;
        }
    },
    /// LongBench `retrieval_score`: share of the numbers in the answer that are the paragraph's.
    RETRIEVAL {
        @Override
        double one(String answer, String reference, List<String> classes) {
            Matcher paragraph = Pattern.compile("Paragraph (\\d+)").matcher(reference);
            return paragraph.find() ? share(answer, paragraph.group(1)) : 0;
        }
    },
    /// LongBench `count_score`: share of the numbers in the answer that are the right one.
    COUNT {
        @Override
        double one(String answer, String reference, List<String> classes) {
            return share(answer, reference.strip());
        }
    },
    /// LongBench `code_sim_score`: similarity of the first line that is neither a comment nor a code fence.
    CODE_SIMILARITY {
        @Override
        double one(String answer, String reference, List<String> classes) {
            String line = answer.replaceFirst("^\\n+", "")
                    .lines()
                    .filter(each -> !each.contains("`") && !each.contains("#") && !each.contains("//"))
                    .findFirst()
                    .orElse("");
            return Math.rint(100 * EditDistance.ratio(line, reference)) / 100;
        }
    },
    /// RULER `string_match_all`: share of the references that the answer contains, whatever the case.
    STRING_MATCH_ALL {
        @Override
        double one(String answer, String reference, List<String> classes) {
            return answer.toLowerCase(Locale.ROOT).contains(reference.toLowerCase(Locale.ROOT)) ? 1 : 0;
        }

        @Override
        public double of(String answer, List<String> references, List<String> classes) {
            return references.stream()
                    .mapToDouble(reference -> one(answer, reference, classes))
                    .average()
                    .orElse(0);
        }
    },
    /// RULER `string_match_part`: whether the answer contains any reference, whatever the case.
    STRING_MATCH_PART {
        @Override
        double one(String answer, String reference, List<String> classes) {
            return STRING_MATCH_ALL.one(answer, reference, classes);
        }
    };

    /// The score against one reference.
    abstract double one(String answer, String reference, List<String> classes);

    /// The score of an answer: that of the reference it meets best, unless the metric says otherwise.
    ///
    /// @param classes names among which a classification chooses; empty for all others
    public double of(String answer, List<String> references, List<String> classes) {
        return references.stream()
                .mapToDouble(reference -> one(answer, reference, classes))
                .max()
                .orElse(0);
    }

    private static double share(String answer, String number) {
        List<String> numbers = Pattern.compile("\\d+")
                .matcher(answer)
                .results()
                .map(result -> result.group())
                .toList();
        return numbers.isEmpty()
                ? 0
                : (double) numbers.stream().filter(number::equals).count() / numbers.size();
    }

    /// The official metric of a LongBench dataset.
    ///
    /// @throws IllegalArgumentException if the dataset is not known, or is Chinese text that needs a word segmenter
    public static Metric ofLongBench(String dataset) {
        String name = dataset.endsWith("_e") ? dataset.substring(0, dataset.length() - 2) : dataset;
        return switch (name) {
            case "narrativeqa", "qasper", "multifieldqa_en", "hotpotqa", "2wikimqa", "musique", "triviaqa" -> QA_F1;
            case "gov_report", "qmsum", "multi_news", "samsum" -> ROUGE_L;
            case "trec", "lsht" -> CLASSIFICATION;
            case "passage_retrieval_en" -> RETRIEVAL;
            case "passage_count" -> COUNT;
            case "lcc", "repobench-p" -> CODE_SIMILARITY;
            case "multifieldqa_zh", "dureader", "vcsum", "passage_retrieval_zh" ->
                throw new IllegalArgumentException(
                        "dataset %s is scored over Chinese words, which needs a segmenter".formatted(dataset));
            default ->
                throw new IllegalArgumentException("dataset %s is not one of LongBench's: %s"
                        .formatted(
                                dataset,
                                String.join(
                                        ", ",
                                        Arrays.asList(
                                                "narrativeqa",
                                                "qasper",
                                                "multifieldqa_en",
                                                "hotpotqa",
                                                "2wikimqa",
                                                "musique",
                                                "triviaqa",
                                                "gov_report",
                                                "qmsum",
                                                "multi_news",
                                                "samsum",
                                                "trec",
                                                "lsht",
                                                "passage_retrieval_en",
                                                "passage_count",
                                                "lcc",
                                                "repobench-p"))));
        };
    }
}

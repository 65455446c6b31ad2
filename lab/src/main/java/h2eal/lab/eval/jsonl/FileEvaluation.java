package h2eal.lab.eval.jsonl;

import h2eal.lab.eval.score.Candidate;
import h2eal.lab.eval.score.Interval;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.runtime.text.Sampler;
import h2eal.workload.ReadCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/// The questions of a file, answered greedily with dense attention and with a candidate. The end of a prompt is read by
/// decode steps, so that the question meets the attention that is tested.
///
/// @param attention the candidate's name
/// @param datasets scores of each dataset in the file
/// @param skipped lines that were no questions
public record FileEvaluation(String attention, List<DatasetScore> datasets, List<SampleFile.Skipped> skipped) {

    private static final int STEPPED_TOKENS = 64;

    public FileEvaluation {
        datasets = List.copyOf(datasets);
        skipped = List.copyOf(skipped);
    }

    /// One dataset.
    ///
    /// @param truncated questions whose prompt was cut in its middle
    /// @param dense mean score with dense attention, from 0 to 1
    /// @param sparse mean score with the candidate
    /// @param difference sparse minus dense, paired by question
    /// @param sameAnswers share of the answers that are equal
    /// @param reads what the candidate's decode steps read
    public record DatasetScore(
            String dataset,
            String metric,
            int questions,
            int truncated,
            double dense,
            double sparse,
            Interval difference,
            double sameAnswers,
            ReadCounts reads) {}

    private record Answered(Sample sample, boolean truncated, String dense, String sparse, ReadCounts reads) {}

    /// Answers every question of a file.
    ///
    /// @param contextTokens longer prompts are cut in their middle, as LongBench does
    /// @param progress hears the questions done
    /// @throws IllegalArgumentException if the file holds no question
    public static FileEvaluation of(
            Engine engine,
            SessionOptions options,
            Candidate candidate,
            SampleFile file,
            int contextTokens,
            LongConsumer progress) {
        if (file.samples().isEmpty()) {
            throw new IllegalArgumentException("no question in the file; " + lines(file.skipped()));
        }
        Map<String, List<Answered>> answered = new LinkedHashMap<>();
        int done = 0;
        for (Sample sample : file.samples()) {
            answered.computeIfAbsent(sample.dataset(), name -> new ArrayList<>())
                    .add(answer(engine, options, candidate, sample, contextTokens));
            progress.accept(++done);
        }
        return new FileEvaluation(
                candidate.name(),
                answered.entrySet().stream()
                        .map(entry -> score(entry.getKey(), entry.getValue()))
                        .toList(),
                file.skipped());
    }

    /// Skipped lines in one line of text.
    public static String lines(List<SampleFile.Skipped> skipped) {
        return "%d lines skipped%s"
                .formatted(
                        skipped.size(),
                        skipped.isEmpty()
                                ? ""
                                : ", the first: line %d: %s"
                                        .formatted(
                                                skipped.getFirst().line(),
                                                skipped.getFirst().reason()));
    }

    private static DatasetScore score(String dataset, List<Answered> answered) {
        double[] dense = answered.stream()
                .mapToDouble(one -> one.sample.score(one.dense))
                .toArray();
        double[] sparse = answered.stream()
                .mapToDouble(one -> one.sample.score(one.sparse))
                .toArray();
        double[] differences = new double[dense.length];
        Arrays.setAll(differences, i -> sparse[i] - dense[i]);
        return new DatasetScore(
                dataset,
                answered.getFirst().sample.metric().name(),
                answered.size(),
                (int) answered.stream().filter(Answered::truncated).count(),
                Arrays.stream(dense).average().orElseThrow(),
                Arrays.stream(sparse).average().orElseThrow(),
                Interval.of(differences),
                answered.stream()
                        .mapToInt(one -> one.dense.equals(one.sparse) ? 1 : 0)
                        .average()
                        .orElseThrow(),
                answered.stream().map(Answered::reads).reduce(ReadCounts.NONE, ReadCounts::plus));
    }

    private static Answered answer(
            Engine engine, SessionOptions options, Candidate candidate, Sample sample, int contextTokens) {
        int[] whole = engine.tokenizer().encodePrompt(sample.prompt());
        int room = contextTokens - Math.min(sample.answerTokens(), contextTokens / 2);
        int[] prompt = cut(whole, room);
        SessionOptions sized = options.withContext(contextTokens, true);
        int stepped = Math.min(STEPPED_TOKENS, prompt.length / 2);
        AttentionMode pages =
                new AttentionMode.Dense(candidate.mode().attention().geometry());
        try (Session base = engine.session(sized.with(pages));
                Session sparse = engine.session(sized.with(candidate.mode()))) {
            int[] context = Arrays.copyOf(prompt, prompt.length - stepped);
            base.prefill(context);
            candidate.read(sparse, context, base);
            int[] question = Arrays.copyOfRange(prompt, prompt.length - stepped, prompt.length);
            String expected = say(engine, base, question, sample.answerTokens());
            String said = say(engine, sparse, question, sample.answerTokens());
            return new Answered(sample, prompt.length < whole.length, expected, said, sparse.counters());
        }
    }

    private static String say(Engine engine, Session session, int[] question, int answerTokens) {
        for (int token : question) {
            session.step(token);
        }
        Sampler.Choice choice = new Sampler.Greedy().start();
        int[] said = new int[answerTokens];
        int count = 0;
        while (count < answerTokens) {
            int token = choice.next(session.logits());
            if (engine.tokenizer().endsGeneration(token)) {
                break;
            }
            said[count++] = token;
            if (session.contextTokens() == session.contextLimit()) {
                break;
            }
            session.step(token);
        }
        return engine.tokenizer().decode(Arrays.copyOf(said, count));
    }

    /// The first and the last half of what fits.
    static int[] cut(int[] tokens, int most) {
        if (tokens.length <= most) {
            return tokens;
        }
        int front = most / 2;
        int[] cut = Arrays.copyOf(tokens, most);
        System.arraycopy(tokens, tokens.length - (most - front), cut, front, most - front);
        return cut;
    }
}

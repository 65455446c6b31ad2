package h2eal.lab.measure;

import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.runtime.Timings;
import h2eal.runtime.text.Sampler;
import h2eal.workload.ReadCounts;
import h2eal.workload.ReadSink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// What a model answered when it was asked for every fact of a haystack in turn, in one context.
///
/// @param answers one per fact, as long as its value
/// @param contextTokens tokens in the cache at the end
/// @param timings prefill of the haystack, decode of questions and answers
/// @param attention what the decode steps read
public record Recall(List<String> answers, int contextTokens, Timings timings, ReadCounts attention) {

    public Recall {
        answers = List.copyOf(answers);
    }

    /// Reads the haystack, then asks for its facts; every token after the haystack is one decode step.
    ///
    /// @param reads receives what every KV head read at every decode step
    /// @param progress hears the tokens done
    public static Recall of(
            Engine engine, SessionOptions options, Haystack haystack, ReadSink reads, LongConsumer progress) {
        try (Session session = engine.session(options)) {
            session.prefill(engine.tokenizer().encodePrompt(haystack.text()));
            progress.accept(session.contextTokens());
            List<String> answers = new ArrayList<>();
            for (Fact fact : haystack.facts()) {
                for (int token : engine.tokenizer().encode(fact.question(), false)) {
                    session.step(token, reads);
                }
                answers.add(answer(engine, session, fact.value().length(), reads));
                progress.accept(session.contextTokens());
            }
            return new Recall(answers, session.contextTokens(), session.timings(), session.counters());
        }
    }

    /// Number of facts whose answer is right.
    public long right(Haystack haystack) {
        return matching(haystack.facts().stream().map(Fact::value).toList());
    }

    /// Number of answers equal to those of another run.
    public long agreement(Recall other) {
        return matching(other.answers);
    }

    private long matching(List<String> wanted) {
        long matching = 0;
        for (int i = 0; i < answers.size(); i++) {
            matching += answers.get(i).equals(wanted.get(i)) ? 1 : 0;
        }
        return matching;
    }

    /// Greedy tokens until their text has `characters` characters, but at most `characters` tokens.
    private static String answer(Engine engine, Session session, int characters, ReadSink reads) {
        Sampler.Choice choice = new Sampler.Greedy().start();
        StringBuilder answer = new StringBuilder();
        for (int i = 0; i < characters && answer.length() < characters; i++) {
            int token = choice.next(session.logits());
            answer.append(engine.tokenizer().decode(token));
            session.step(token, reads);
        }
        return answer.substring(0, Math.min(answer.length(), characters));
    }
}

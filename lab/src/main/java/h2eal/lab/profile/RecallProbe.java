package h2eal.lab.profile;

import h2eal.attention.HeadPattern;
import h2eal.lab.measure.Fact;
import h2eal.lab.measure.Haystack;
import h2eal.model.ModelShape;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.Session.WeightSink;
import h2eal.runtime.SessionOptions;
import java.util.OptionalInt;

/// What every head looks at while facts planted in prose are recalled, teacher-forced so that a model that errs early
/// is still seen at work.
///
/// @param copy mean share of value tokens whose place in the text the head looked at most
/// @param farMass mean attention outside sink and window
/// @param reach mean distance looked back, as a share of the context
record RecallProbe(HeadSums copy, HeadSums farMass, HeadSums reach) {

    /// A probe that has seen nothing.
    static RecallProbe start(ModelShape shape) {
        return new RecallProbe(new HeadSums(shape), new HeadSums(shape), new HeadSums(shape));
    }

    /// Reads the haystack and observes the recall of each of its facts.
    ///
    /// @param ends sink and window outside of which attention counts as far
    void observe(Engine engine, Haystack haystack, HeadPattern.Streaming ends) {
        int[] text = engine.tokenizer().encodePrompt(haystack.text());
        try (Session session = engine.session(SessionOptions.dense())) {
            session.prefill(text);
            for (Fact fact : haystack.facts()) {
                int[] question = engine.tokenizer().encode(fact.question(), false);
                int[] value = engine.tokenizer().encode(fact.value(), false);
                int[] statement = engine.tokenizer().encode(fact.question() + fact.value(), false);
                OptionalInt source = find(text, statement);
                for (int i = 0; i < question.length - 1; i++) {
                    session.step(question[i]);
                }
                // the step on the token before value token i is the one that must find it in the text
                for (int i = 0; i < value.length; i++) {
                    int current = i == 0 ? question[question.length - 1] : value[i - 1];
                    session.step(current, sink(source, question.length + i, ends));
                    copy.next();
                    farMass.next();
                    reach.next();
                }
                session.step(value[value.length - 1]);
            }
        }
    }

    private WeightSink sink(OptionalInt source, int offset, HeadPattern.Streaming ends) {
        return (layer, head, weights, tokens) -> {
            int most = 0;
            double far = 0;
            double distance = 0;
            for (int token = 0; token < tokens; token++) {
                most = weights[token] > weights[most] ? token : most;
                far += token >= ends.sinkTokens() && token < tokens - ends.windowTokens() ? weights[token] : 0;
                distance += weights[token] * (tokens - 1.0 - token);
            }
            copy.add(layer, head, source.isPresent() && most == source.getAsInt() + offset ? 1 : 0);
            farMass.add(layer, head, far);
            reach.add(layer, head, distance / tokens);
        };
    }

    /// Where `wanted` first stands in `text`; nowhere if merges across its borders hide it.
    private static OptionalInt find(int[] text, int[] wanted) {
        for (int at = 0; at + wanted.length <= text.length; at++) {
            int matching = 0;
            while (matching < wanted.length && text[at + matching] == wanted[matching]) {
                matching++;
            }
            if (matching == wanted.length) {
                return OptionalInt.of(at);
            }
        }
        return OptionalInt.empty();
    }
}

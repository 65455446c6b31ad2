package h2eal.lab.eval.score;

import h2eal.lab.eval.task.Question;
import h2eal.lab.eval.task.Segment;
import h2eal.lab.eval.task.Trial;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import h2eal.workload.ReadCounts;
import h2eal.workload.ReadSink;
import java.util.ArrayList;
import java.util.List;

/// Puts the questions of a trial to dense attention and to every candidate. The context is read once, with dense
/// attention; all of them answer from copies of the same cache, one decode step per token. Only a candidate that reads
/// prompts sparsely reads the context itself.
///
/// References are teacher-forced: a reference is right if greedy decoding would have said it in full, so nothing is
/// lost by it, and what a model that errs early would have said next is still seen.
///
/// @param options precision of the cache; their attention is not used
/// @param reads receives what the first candidate's heads read at every decode step
public record Examiner(Engine engine, SessionOptions options, List<Candidate> candidates, ReadSink reads) {

    public Examiner {
        candidates = List.copyOf(candidates);
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("nothing is compared with dense attention");
        }
    }

    /// An examiner that keeps no reads.
    public Examiner(Engine engine, SessionOptions options, List<Candidate> candidates) {
        this(engine, options, candidates, ReadSink.NONE);
    }

    /// Asks all questions of a trial.
    public Asked ask(Trial trial) {
        SessionOptions sized = options.withContext(trial.mostTokens(), true);
        // long pages, which dense attention reads fastest; copies have their own
        try (Session base = engine.session(sized.with(new AttentionMode.Dense()))) {
            base.prefill(trial.context());
            List<float[]> denseLogits = new ArrayList<>();
            List<Reply> dense = new Sitting(base, trial, denseLogits, true, ReadSink.NONE).replies();
            int steps = base.timings().decodeTokens();
            List<List<Reply>> sparse = new ArrayList<>();
            List<ReadCounts> counts = new ArrayList<>();
            for (Candidate candidate : candidates) {
                ReadSink sink = sparse.isEmpty() ? reads : ReadSink.NONE;
                try (Session session = engine.session(sized.with(candidate.mode()))) {
                    candidate.read(session, trial.context(), base);
                    sparse.add(new Sitting(session, trial, denseLogits, false, sink).replies());
                    counts.add(session.counters());
                }
            }
            return new Asked(trial.questions().stream().map(Question::depth).toList(), dense, sparse, counts, steps);
        }
    }

    /// One attention answering all questions of a trial.
    private static final class Sitting {
        private final Session session;
        private final Trial trial;
        /// Logits of dense attention at every wanted token, written by it and read by all others.
        private final List<float[]> denseLogits;
        private final boolean writes;
        private final ReadSink reads;
        private int position;
        private Reply reply = Reply.NONE;

        Sitting(Session session, Trial trial, List<float[]> denseLogits, boolean writes, ReadSink reads) {
            this.session = session;
            this.trial = trial;
            this.denseLogits = denseLogits;
            this.writes = writes;
            this.reads = reads;
        }

        List<Reply> replies() {
            int context = session.contextTokens();
            List<Reply> replies = new ArrayList<>();
            for (Question question : trial.questions()) {
                reply = Reply.NONE;
                question.segments().forEach(this::follow);
                replies.add(reply);
                if (!trial.conversation()) {
                    session.rewind(context);
                }
            }
            session.rewind(context);
            return replies;
        }

        private void follow(Segment segment) {
            boolean whole = true;
            for (int token : segment.tokens()) {
                if (segment.wanted()) {
                    Reply one = judge(token);
                    whole &= one.rightTokens() == 1;
                    reply = reply.plus(one);
                }
                session.step(token, reads);
            }
            if (segment.wanted()) {
                reply = reply.plus(new Reply(1, whole ? 1 : 0, 0, 0, 0, 0, 0));
            }
        }

        private Reply judge(int token) {
            float[] logits = session.logits();
            if (writes) {
                denseLogits.add(logits.clone());
            }
            float[] dense = denseLogits.get(position++);
            int choice = best(logits);
            return new Reply(
                    0,
                    0,
                    1,
                    choice == token ? 1 : 0,
                    choice == best(dense) ? 1 : 0,
                    LogProbabilities.loss(logits, token),
                    LogProbabilities.divergence(dense, logits));
        }

        private static int best(float[] logits) {
            int best = 0;
            for (int token = 1; token < logits.length; token++) {
                best = logits[token] > logits[best] ? token : best;
            }
            return best;
        }
    }
}

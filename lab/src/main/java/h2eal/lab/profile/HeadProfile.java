package h2eal.lab.profile;

import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.heads.CombinedRule;
import h2eal.heads.HeadTable;
import h2eal.lab.measure.Haystack;
import h2eal.model.ModelShape;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// The heads of a model, classified without training: how they behave, the gates that follow, and the largest share of
/// streaming heads whose loss stays within a bound.
///
/// @param behaviour scores of every query head
/// @param gates one gate per KV head, for any share
/// @param shares what each share that was tried costs, the largest first
/// @param streamingShare the largest share within the bound; 0 if none is
/// @param heads which heads retrieve at that share
public record HeadProfile(
        HeadBehaviour behaviour, HeadTable gates, List<ShareLoss> shares, double streamingShare, HeadMap heads) {

    /// Parts that [#of] reports as done.
    public static final int PARTS = 5;

    private static final double[] SHARES = {0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125};

    /// The loss of one share of streaming heads.
    ///
    /// @param share share of KV heads that stream
    /// @param loss mean nats per token of the recalled values, retrieval heads reading everything
    public record ShareLoss(double share, double loss) {}

    /// What to probe with.
    ///
    /// @param probes facts to be recalled, for the scores
    /// @param trials other facts, for the choice of the share
    /// @param attention whose sink and window the streaming heads get
    /// @param lossBound nats per token by which the recall may get worse
    /// @param repeatTokens random tokens that are repeated
    public record Setting(
            RecallTrials probes,
            RecallTrials trials,
            HybridAttention attention,
            double lossBound,
            int repeatTokens,
            long seed) {}

    /// Profiles a model.
    ///
    /// @param progress hears the parts done
    public static HeadProfile of(Engine engine, Setting setting, LongConsumer progress) {
        ModelShape shape = engine.shape();
        HeadBehaviour behaviour = behaviour(engine, setting);
        progress.accept(3);
        HeadTable gates = behaviour.gates(shape);
        HeadTable copies = behaviour.copy().groupMax(shape.groupSize());
        CombinedRule rule = CombinedRule.usual(gates.size());
        List<SessionOptions> options = new ArrayList<>();
        for (double share : SHARES) {
            options.add(streaming(setting.attention(), rule.map(gates, copies, share)));
        }
        options.add(SessionOptions.dense());
        List<Double> losses = setting.trials().losses(engine, options);
        double dense = losses.getLast();
        List<ShareLoss> tried = new ArrayList<>();
        double chosen = 0;
        for (int i = 0; i < SHARES.length; i++) {
            tried.add(new ShareLoss(SHARES[i], losses.get(i)));
            if (losses.get(i) <= dense + setting.lossBound()) {
                chosen = Math.max(chosen, SHARES[i]);
            }
        }
        tried.add(new ShareLoss(0, dense));
        progress.accept(PARTS);
        return new HeadProfile(behaviour, gates, tried, chosen, rule.map(gates, copies, chosen));
    }

    private static HeadBehaviour behaviour(Engine engine, Setting setting) {
        RepeatProbe repeat = RepeatProbe.of(engine, setting.repeatTokens(), setting.seed());
        RecallProbe recall = RecallProbe.start(engine.shape());
        for (Haystack haystack : setting.probes().haystacks()) {
            recall.observe(engine, haystack, setting.attention().streaming());
        }
        return new HeadBehaviour(
                recall.copy().mean(),
                repeat.echo().mean(),
                repeat.induction().mean(),
                recall.farMass().mean(),
                recall.reach().mean());
    }

    /// Streaming heads as they will be, retrieval heads that miss nothing: what the head map alone costs.
    private static SessionOptions streaming(HybridAttention attention, HeadMap heads) {
        HybridAttention everythingElse = attention.with(new HeadPattern.Retrieval(HeadPattern.Retrieval.UNLIMITED));
        return SessionOptions.dense().with(new AttentionMode.Hybrid(everythingElse, Optional.of(heads)));
    }
}

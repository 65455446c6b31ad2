package h2eal.lab.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.heads.CombinedRule;
import h2eal.heads.HeadTable;
import h2eal.lab.measure.Shipped;
import h2eal.model.ModelShape;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Are the heads that the profile keeps the ones that recall needs? Checked by taking them away.
class HeadProfileTest {

    private static final HybridAttention ENDS = new HybridAttention(
            new PageGeometry(32, 16),
            new HeadPattern.Streaming(16, 64),
            new HeadPattern.Retrieval(new Budget.Fixed(HeadPattern.Retrieval.UNLIMITED), 0),
            SummaryScore.BOX,
            GroupRule.SUM,
            1,
            0,
            false);

    @Test
    void streamingTheChosenHeadsDestroysRecallAndStreamingAsManyOthersDoesNot() throws IOException {
        String prose = Files.readString(Shipped.profileProse());
        try (Engine engine = Engine.open(Shipped.model(), 2)) {
            HeadProfile profile = HeadProfile.of(
                    engine,
                    new HeadProfile.Setting(
                            RecallTrials.draw(prose, 2, 500, 1), RecallTrials.draw(prose, 1, 500, 2), ENDS, 0.5, 16, 3),
                    part -> {});
            RecallTrials unseen = RecallTrials.draw(prose, 2, 600, 4);
            HeadTable gates = profile.gates();
            boolean[][] chosen = flags(CombinedRule.byGates(gates, 0.75));

            double dense = unseen.loss(engine, SessionOptions.dense());
            double withoutChosen = unseen.loss(engine, streaming(inverted(chosen)));
            double withoutOthers = unseen.loss(engine, streaming(withoutWeakest(gates, 4)));

            assertThat(withoutOthers).isLessThan(dense + 0.3);
            assertThat(withoutChosen).isGreaterThan(dense + 1);
            assertThat(profile.heads().retrievalHeads())
                    .isEqualTo(CombinedRule.retrievalHeads(gates.size(), profile.streamingShare()));
        }
    }

    @Test
    void trialsAreTheSameForASeedAndDifferBetweenSeeds() throws IOException {
        String prose = Files.readString(Shipped.profileProse());

        assertThat(RecallTrials.draw(prose, 2, 400, 7)).isEqualTo(RecallTrials.draw(prose, 2, 400, 7));
        assertThat(RecallTrials.draw(prose, 2, 400, 7)).isNotEqualTo(RecallTrials.draw(prose, 2, 400, 8));
    }

    @Test
    void gateIsTheNeedOfTheNeediestQueryHead() {
        ModelShape shape = new ModelShape("two", 1, 8, 4, 2, 2, 8, 16, 1, 1, true, 64);
        HeadTable zero = HeadTable.of(new double[1][4]);
        HeadTable copy = HeadTable.of(new double[][] {{0, 0.5, 0, 0}});
        HeadTable induction = HeadTable.of(new double[][] {{0.25, 0, 0, 0}});
        HeadTable far = HeadTable.of(new double[][] {{0, 0, 0.2, 0.6}});

        HeadTable gates = new HeadBehaviour(copy, zero, induction, far, zero).gates(shape);

        assertThat(gates.value(0, 0)).isEqualTo(0.45);
        assertThat(gates.value(0, 1)).isCloseTo(0.06, within(1e-12));
    }

    private static SessionOptions streaming(boolean[][] retrieval) {
        return SessionOptions.dense().with(new AttentionMode.Hybrid(ENDS, Optional.of(HeadMap.of(retrieval))));
    }

    private static boolean[][] flags(HeadMap map) {
        boolean[][] flags = new boolean[map.layers()][map.kvHeads()];
        for (int layer = 0; layer < flags.length; layer++) {
            for (int head = 0; head < flags[layer].length; head++) {
                flags[layer][head] = map.isRetrieval(layer, head);
            }
        }
        return flags;
    }

    private static boolean[][] inverted(boolean[][] flags) {
        for (boolean[] row : flags) {
            for (int i = 0; i < row.length; i++) {
                row[i] = !row[i];
            }
        }
        return flags;
    }

    /// All heads retrieve but the `count` of the lowest gates.
    private static boolean[][] withoutWeakest(HeadTable gates, int count) {
        return flags(CombinedRule.byGates(gates, (double) count / gates.size()));
    }
}

package h2eal.lab.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.heads.GateText;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadMapsTest {

    private static final ModelShape SHAPE = new ModelShape("two", 2, 8, 4, 2, 2, 8, 16, 1, 1, true, 64);

    @TempDir
    private Path folder;

    @Test
    void aFileThatNamesItsShareDecidesWhereTheAttentionLetsIt() throws IOException {
        Model model = model(GateText.shareNote(0.25), "1\t0.5", "0.2\t0.1");

        assertThat(HeadMaps.of(model, attention(0.5, false, 1)).retrievalHeads())
                .isEqualTo(2);
        assertThat(HeadMaps.of(model, attention(0.5, true, 1)).retrievalHeads()).isEqualTo(3);
        assertThat(HeadMaps.of(model("1\t0.5", "0.2\t0.1"), attention(0.5, true, 1))
                        .retrievalHeads())
                .isEqualTo(2);
    }

    @Test
    void budgetsFollowTheGatesWithinTheRatioAndKeepTheirSum() throws IOException {
        HeadMap heads = HeadMaps.of(model("1\t0.5", "0.2\t0.1"), attention(0.25, false, 4));

        double sum = heads.budgetFactor(0, 0) + heads.budgetFactor(0, 1) + heads.budgetFactor(1, 0);
        assertThat(sum).isCloseTo(3, within(1e-12));
        assertThat(heads.budgetFactor(0, 0) / heads.budgetFactor(0, 1)).isCloseTo(2, within(1e-12));
        assertThat(heads.budgetFactor(0, 0) / heads.budgetFactor(1, 0)).isCloseTo(4, within(1e-12));
    }

    /// The last head has the lowest gate and alone copies.
    @Test
    void copyHeadsNeverStreamUnlessNoneIsForced() throws IOException {
        Path scores = Files.write(
                folder.resolve("scores.tsv"),
                List.of(
                        "layer\tq_head\tmean",
                        "0\t0\t0",
                        "0\t1\t0",
                        "0\t2\t0",
                        "0\t3\t0",
                        "1\t0\t0",
                        "1\t1\t0",
                        "1\t2\t0",
                        "1\t3\t0.5"));
        Model gatesOnly = model("1\t0.5", "0.2\t0.1");
        Model model = new Model(SHAPE, Precision.F32, Precision.F32, gatesOnly.gates(), Optional.of(scores));

        Attention usual = attention(0.75, false, 1);
        assertThat(HeadMaps.of(model, usual).isRetrieval(1, 1)).isTrue();
        assertThat(HeadMaps.of(model, forcing(usual, 1)).isRetrieval(1, 1)).isTrue();
        assertThat(HeadMaps.of(model, forcing(usual, 0)).isRetrieval(0, 0)).isTrue();
        assertThat(HeadMaps.of(gatesOnly, usual).isRetrieval(0, 0)).isTrue();
        assertThatThrownBy(() -> HeadMaps.of(gatesOnly, forcing(usual, 3)))
                .hasMessage(
                        "forcedHeads: 3: the copy scores of two are not known; copyScores of a model block or study names their file");
    }

    private static Attention forcing(Attention attention, int heads) {
        return new Attention(
                attention.name(),
                attention.hybrid(),
                attention.streamingShare(),
                attention.shareFromHeads(),
                attention.budgetRatio(),
                OptionalInt.of(heads));
    }

    private Model model(String... lines) throws IOException {
        Path file = Files.write(folder.resolve("heads.tsv"), List.of(lines));
        return new Model(SHAPE, Precision.F32, Precision.F32, Optional.of(file), Optional.empty());
    }

    private static Attention attention(double share, boolean shareFromHeads, double budgetRatio) {
        HybridAttention hybrid = new HybridAttention(
                new PageGeometry(16, 16),
                new HeadPattern.Streaming(16, 16),
                new HeadPattern.Retrieval(64),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                0,
                false);
        return new Attention("tested", hybrid, share, shareFromHeads, budgetRatio, OptionalInt.empty());
    }
}

package h2eal.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Llama-2-7B-32K-Instruct",
                "Llama-3-8B-Instruct-Gradient-1048k",
                "Llama-3-8B-Instruct-Gradient-4194k",
                "Meta-Llama-3.1-8B-Instruct",
                "Mistral-7B-Instruct-v0.2",
                "Mistral-7B-Instruct-v0.3",
                "Mixtral-8x7B-Instruct-v0.1"
            })
    void realGateFilesAreWrittenBackCharacterByCharacter(String model) {
        List<String> lines = HeadFiles.gateLines(model);
        assertThat(GateText.format(GateText.parse(lines))).isEqualTo(lines);
    }

    @Property(tries = 100)
    void gatesAreReadBackAsWritten(@ForAll long seed) {
        Random random = new Random(seed);
        double[][] gates = new double[3][4];
        for (double[] row : gates) {
            Arrays.setAll(
                    row, i -> random.nextBoolean() ? random.nextInt(3) - 1 : Math.scalb(random.nextGaussian(), -40));
        }
        HeadTable table = HeadTable.of(gates);
        assertThat(GateText.parse(GateText.format(table))).isEqualTo(table);
    }

    @Test
    void gateThatIsNoNumberIsNamed() {
        assertThatThrownBy(() -> GateText.parse(List.of("1\t0", "1\tabc")))
                .isInstanceOf(HeadTextException.class)
                .hasMessage("line 2, column 2: 'abc' is not a number");
        assertThatThrownBy(() -> GateText.parse(List.of("1\tNaN"))).hasMessage("line 1, column 2: 'NaN' is not finite");
        assertThatThrownBy(() -> GateText.parse(List.of("1\t\t2"))).hasMessage("line 1, column 2: '' is not a number");
    }

    @Test
    void rowOfAnotherLengthIsNamed() {
        assertThatThrownBy(() -> GateText.parse(List.of("1\t0", "1")))
                .hasMessage("line 2, column 2: 1 gates, line 1 has 2");
        assertThatThrownBy(() -> GateText.parse(List.of("1", "", "1"))).hasMessageContaining("line 2, column 1");
        assertThatThrownBy(() -> GateText.parse(List.of(""))).hasMessageContaining("no gates");
    }

    @Test
    void scoresAreFoundByColumnName() {
        HeadTable scores =
                ScoreText.parse(List.of("mean\tlayer\tq_head", "0.5\t0\t1", "0.25\t0\t0", "1\t1\t0", "0\t1\t1", ""));
        assertThat(scores).isEqualTo(HeadTable.of(new double[][] {{.25, .5}, {1, 0}}));
    }

    @Test
    void brokenScoresAreNamed() {
        assertThatThrownBy(() -> ScoreText.parse(List.of("layer\tq_head"))).hasMessageContaining("'mean'");
        String header = "layer\tq_head\tmean";
        assertThatThrownBy(() -> ScoreText.parse(List.of(header))).hasMessageContaining("no scores");
        assertThatThrownBy(() -> ScoreText.parse(List.of(header, "0\t0\tx")))
                .hasMessage("line 2, column 3: 'x' is not a number");
        assertThatThrownBy(() -> ScoreText.parse(List.of(header, "0\t-1\t0")))
                .hasMessage("line 2, column 2: '-1' is not an index from 0 to 65535");
        assertThatThrownBy(() -> ScoreText.parse(List.of(header, "0\t0")))
                .hasMessage("line 2, column 3: missing; the header has 3");
        assertThatThrownBy(() -> ScoreText.parse(List.of(header, "0\t0\t1", "0\t0\t1")))
                .hasMessage("line 3, column 2: layer 0, q_head 0 is given twice");
        assertThatThrownBy(() -> ScoreText.parse(List.of(header, "0\t1\t1")))
                .hasMessage("line 2: layer 0, q_head 0 is missing");
    }

    @Test
    void kvHeadTakesTheLargestScoreOfItsGroup() {
        HeadTable scores = HeadTable.of(new double[][] {{.1, .4, .3, .2}});
        assertThat(scores.groupMax(2)).isEqualTo(HeadTable.of(new double[][] {{.4, .3}}));
        assertThatThrownBy(() -> scores.groupMax(3)).hasMessageContaining("4").hasMessageContaining("3");
    }

    @Test
    void gatesAreClippedToZeroAndOne() {
        assertThat(HeadTable.of(new double[][] {{-.001, .5, 1.2}}).clipped()).isEqualTo(HeadTable.of(new double[][] {
            {0, .5, 1}
        }));
    }
}

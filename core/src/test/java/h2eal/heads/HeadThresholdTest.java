package h2eal.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.HeadMap;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The cuts of seven real models against values computed outside this project.
class HeadThresholdTest {

    @ParameterizedTest
    @CsvSource({
        "Llama-2-7B-32K-Instruct, 145, .23828125, 510, 512, .94140625, 253, 258",
        "Llama-3-8B-Instruct-Gradient-1048k, 82, .9609375, 127, 130, 1, 0, 82",
        "Llama-3-8B-Instruct-Gradient-4194k, 80, .96484375, 127, 131, 1, 0, 80",
        "Meta-Llama-3.1-8B-Instruct, 57, .953125, 127, 128, .99609375, 57, 66",
        "Mistral-7B-Instruct-v0.2, 110, .99609375, 110, 130, 1, 0, 110",
        "Mistral-7B-Instruct-v0.3, 107, .99609375, 107, 128, 1, 0, 107",
        "Mixtral-8x7B-Instruct-v0.1, 91, .9609375, 127, 131, 1, 0, 91"
    })
    void kthLargestGateOfRealModels(
            String model, int ones, double half, int aboveHalf, int atHalf, double most, int aboveMost, int atMost) {
        HeadTable gates = HeadFiles.gates(model);
        assertThat(Arrays.stream(gates.values()).filter(gate -> gate == 1)).hasSize(ones);
        assertThat(HeadThreshold.kthLargest(gates, .5)).isEqualTo(new HeadThreshold(half, aboveHalf, atHalf));
        assertThat(HeadThreshold.kthLargest(gates, .75)).isEqualTo(new HeadThreshold(most, aboveMost, atMost));
    }

    @ParameterizedTest
    @CsvSource({
        "Llama-2-7B-32K-Instruct, .23730469, 512, 512, .94140625, 253, 258",
        "Llama-3-8B-Instruct-Gradient-1048k, .9609375, 127, 130, 1, 0, 82",
        "Llama-3-8B-Instruct-Gradient-4194k, .96484375, 127, 131, 1, 0, 80",
        "Meta-Llama-3.1-8B-Instruct, .95117188, 128, 128, .99609375, 57, 66",
        "Mistral-7B-Instruct-v0.2, .99609375, 110, 130, 1, 0, 110",
        "Mistral-7B-Instruct-v0.3, .99414063, 128, 128, 1, 0, 107",
        "Mixtral-8x7B-Instruct-v0.1, .9609375, 127, 131, 1, 0, 91"
    })
    void quantileOfRealModels(
            String model, double half, int aboveHalf, int atHalf, double most, int aboveMost, int atMost) {
        HeadThreshold atMiddle = HeadThreshold.quantile(HeadFiles.gates(model), .5);
        assertThat(atMiddle.gate()).isCloseTo(half, within(1e-8));
        assertThat(atMiddle.above()).isEqualTo(aboveHalf);
        assertThat(atMiddle.atOrAbove()).isEqualTo(atHalf);
        assertThat(HeadThreshold.quantile(HeadFiles.gates(model), .75))
                .isEqualTo(new HeadThreshold(most, aboveMost, atMost));
    }

    @ParameterizedTest
    @CsvSource({
        "Llama-2-7B-32K-Instruct, "
                + "12 21 4 10 4 11 14 13 14 13 18 17 17 19 23 20 21 20 21 19 19 15 20 9 17 14 20 9 12 15 22 27",
        "Llama-3-8B-Instruct-Gradient-1048k, 1 1 2 2 2 4 2 4 6 4 5 3 2 6 5 5 5 6 3 5 6 3 3 6 4 4 3 4 6 5 8 2",
        "Llama-3-8B-Instruct-Gradient-4194k, 2 1 3 0 2 5 2 4 5 3 4 4 1 6 4 5 5 6 3 3 6 4 5 5 5 5 5 6 5 5 8 0",
        "Meta-Llama-3.1-8B-Instruct, 2 3 4 1 4 2 2 6 4 6 5 5 2 8 4 5 4 5 3 4 5 2 4 5 3 3 3 4 5 5 8 1",
        "Mistral-7B-Instruct-v0.2, 3 4 6 2 4 1 3 3 2 3 1 3 6 1 3 4 5 2 7 5 6 3 2 3 3 2 4 1 4 5 5 4",
        "Mistral-7B-Instruct-v0.3, 2 3 5 2 3 4 3 3 1 2 3 5 3 1 4 5 4 0 5 5 4 6 2 4 2 2 5 1 4 5 5 4",
        "Mixtral-8x7B-Instruct-v0.1, 1 1 1 2 1 1 3 1 1 4 2 3 6 5 3 7 6 3 4 6 6 5 5 3 5 6 6 5 7 7 6 5"
    })
    void retrievalHeadsOfEachLayerAboveTheCutAtOneHalf(String model, String layers) {
        HeadTable gates = HeadFiles.gates(model);
        double cut = HeadThreshold.kthLargest(gates, .5).gate();
        HeadMap above = new HeadThreshold(Math.nextUp(cut), 0, 0).map(gates);
        int[] expected =
                Arrays.stream(layers.split(" ")).mapToInt(Integer::parseInt).toArray();
        for (int layer = 0; layer < expected.length; layer++) {
            assertThat(above.retrievalHeads(layer)).as("layer %d", layer).isEqualTo(expected[layer]);
        }
    }

    @Test
    void cutWithoutTiesIsTheCombinedRuleWithoutForcedHeads() {
        HeadTable gates = HeadFiles.gates("Meta-Llama-3.1-8B-Instruct");
        assertThat(CombinedRule.byGates(gates, .5))
                .isEqualTo(HeadThreshold.kthLargest(gates, .5).map(gates));
    }

    @Test
    void cutAtAQuarterOfLlama2FallsAmongClippedZeros() {
        HeadThreshold cut = HeadThreshold.kthLargest(HeadFiles.gates("Llama-2-7B-32K-Instruct"), .25);
        assertThat(cut.gate()).isZero();
        assertThat(cut.atOrAbove() - cut.above()).isEqualTo(274);
    }

    @Test
    void shareThatLeavesNoHeadIsRefused() {
        HeadTable gates = HeadTable.of(new double[][] {{.1, .2}});
        assertThatThrownBy(() -> HeadThreshold.kthLargest(gates, 1)).hasMessageContaining("1.0");
        assertThatThrownBy(() -> HeadThreshold.kthLargest(gates, 1.5)).hasMessageContaining("1.5");
        assertThatThrownBy(() -> HeadThreshold.quantile(gates, Double.NaN)).hasMessageContaining("NaN");
    }
}

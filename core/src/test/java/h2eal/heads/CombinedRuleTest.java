package h2eal.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.HeadMap;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The combined rule on real gates and copy scores, against values computed outside this project.
class CombinedRuleTest {

    private static final String MISTRAL = "headkv__Mistral-7B-Instruct-v0.2_retrieval_";
    private static final String LLAMA = "headkv__Meta-Llama-3-8B-Instruct_retrieval_";

    @ParameterizedTest
    @CsvSource({
        "Mistral-7B-Instruct-v0.2, headkv__Mistral-7B-Instruct-v0.2_retrieval_heads, 4, .76, 1.5, 0, .9996",
        "Llama-3-8B-Instruct-Gradient-1048k, headkv__Meta-Llama-3-8B-Instruct_retrieval_heads, 4, .78, 2, 1, .9977",
        "Meta-Llama-3.1-8B-Instruct, headkv__Meta-Llama-3-8B-Instruct_retrieval_heads, 4, .78, 2, 4, .9964",
        "Mixtral-8x7B-Instruct-v0.1, retrieval-head__Mixtral-8x7B-v0.1, 4, .74, 1.5, 1, .9982",
        "Llama-2-7B-32K-Instruct, retrieval-head__llama-2-7b-80k, 1, .90, 2, 0, .9880"
    })
    void threeQuartersStreamingKeepsTheCopyHeadsAndSpreadsTheLoad(
            String model, String scores, int group, double mass, double maxToMean, int empty, double meanGate) {
        HeadTable gates = HeadFiles.gates(model);
        HeadTable copyScores = HeadFiles.copyScores(scores, group);
        HeadMap map = CombinedRule.DEFAULT.map(gates, copyScores, .75);
        assertThat(map.retrievalHeads()).isEqualTo(gates.size() / 4);
        assertThat(topKept(map, copyScores)).isEqualTo(1);
        assertThat(massKept(map, copyScores)).isCloseTo(mass, within(.005));
        assertThat(maxToMean(map)).isEqualTo(maxToMean);
        assertThat(emptyLayers(map)).isEqualTo(empty);
        assertThat(meanGate(map, gates)).isCloseTo(meanGate, within(5e-5));
    }

    @Test
    void halfStreamingOfMistralKeepsEveryCopyHead() {
        HeadTable gates = HeadFiles.gates("Mistral-7B-Instruct-v0.2");
        HeadTable copyScores = HeadFiles.copyScores(MISTRAL + "heads", 4);
        HeadMap map = CombinedRule.DEFAULT.map(gates, copyScores, .5);
        assertThat(map.retrievalHeads()).isEqualTo(128);
        assertThat(topKept(map, copyScores)).isEqualTo(1);
        assertThat(massKept(map, copyScores)).isCloseTo(.89, within(.005));
        assertThat(meanGate(map, gates)).isCloseTo(.9993, within(5e-5));
    }

    @ParameterizedTest
    @CsvSource({
        "Mistral-7B-Instruct-v0.2, headkv__Mistral-7B-Instruct-v0.2_retrieval_, .75, .52, .85, .69",
        "Llama-3-8B-Instruct-Gradient-1048k, headkv__Meta-Llama-3-8B-Instruct_retrieval_, .75, .58, .80, .70",
        "Meta-Llama-3.1-8B-Instruct, headkv__Meta-Llama-3-8B-Instruct_retrieval_, .80, .56, .65, .65"
    })
    void headsForcedByOneScoreAreMostlyThoseOfAnother(
            String model, String scores, double top, double mass, double topBack, double massBack) {
        HeadTable gates = HeadFiles.gates(model);
        HeadTable copying = HeadFiles.copyScores(scores + "heads", 4);
        HeadTable reasoning = HeadFiles.copyScores(scores + "reasoning_heads", 4);
        HeadMap byCopying = CombinedRule.DEFAULT.map(gates, copying, .75);
        HeadMap byReasoning = CombinedRule.DEFAULT.map(gates, reasoning, .75);
        assertThat(topKept(byCopying, reasoning)).isCloseTo(top, within(1e-9));
        assertThat(massKept(byCopying, reasoning)).isCloseTo(mass, within(.005));
        assertThat(topKept(byReasoning, copying)).isCloseTo(topBack, within(1e-9));
        assertThat(massKept(byReasoning, copying)).isCloseTo(massBack, within(.005));
    }

    @Property(tries = 100)
    void exactlyTheRoundedShareOfHeadsRetrieves(
            @ForAll @IntRange(min = 1, max = 12) int layers,
            @ForAll @IntRange(min = 1, max = 8) int heads,
            @ForAll @DoubleRange(min = 0, max = 1) double share,
            @ForAll @IntRange(min = 0, max = 30) int forced,
            @ForAll long seed) {
        Random random = new Random(seed);
        HeadTable gates = random(random, layers, heads, 3);
        HeadTable scores = random(random, layers, heads, 10);
        HeadMap map = new CombinedRule(forced).map(gates, scores, share);
        assertThat(map.retrievalHeads()).isEqualTo((int) Math.round((1 - share) * (layers * heads)));
        assertThat(map).isEqualTo(new CombinedRule(forced).map(gates, scores, share));
    }

    @Property(tries = 50)
    void mapSurvivesBeingWrittenAsGates(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int heads) {
        Random random = new Random(seed);
        boolean[][] retrieval = new boolean[5][heads];
        IntStream.range(0, 5 * heads).forEach(i -> retrieval[i / heads][i % heads] = random.nextBoolean());
        HeadMap map = HeadMap.of(retrieval);
        HeadTable gates = GateText.parse(GateText.format(HeadTable.of(map)));
        double share = 1 - (double) map.retrievalHeads() / (5 * heads);
        assertThat(CombinedRule.byGates(gates, share)).isEqualTo(map);
    }

    @Test
    void equalGatesGoToTheLayerWithTheFewestRetrievalHeads() {
        HeadTable gates = HeadTable.of(new double[][] {{1, 1, 1}, {.5, 1, 1}, {.2, .1, 1}});
        HeadMap map = CombinedRule.byGates(gates, 4.0 / 9);
        assertThat(map).isEqualTo(HeadMap.of(new boolean[][] {
            {true, true, false},
            {false, true, true},
            {false, false, true}
        }));
    }

    @Test
    void forcedHeadComesBeforeAHigherGate() {
        HeadTable gates = HeadTable.of(new double[][] {{1, .1}});
        HeadTable scores = HeadTable.of(new double[][] {{0, .3}});
        assertThat(new CombinedRule(1).map(gates, scores, .5).isRetrieval(0, 1)).isTrue();
        assertThat(new CombinedRule(0).map(gates, scores, .5).isRetrieval(0, 0)).isTrue();
    }

    @Test
    void headThatNeverCopiedIsNotForced() {
        HeadTable gates = HeadTable.of(new double[][] {{.1, .2, .3, 1}});
        HeadTable scores = HeadTable.of(new double[][] {{0, .5, 0, 0}});
        assertThat(CombinedRule.DEFAULT.map(gates, scores, .5))
                .isEqualTo(HeadMap.of(new boolean[][] {{false, true, false, true}}));
    }

    @Test
    void smallModelsForceTheSamePartOfTheirHeads() {
        assertThat(CombinedRule.usual(1024)).isEqualTo(CombinedRule.usual(256)).isEqualTo(new CombinedRule(20));
        assertThat(CombinedRule.usual(128)).isEqualTo(new CombinedRule(10));
        assertThat(CombinedRule.usual(16)).isEqualTo(new CombinedRule(2));
    }

    @Test
    void scoresOfAnotherShapeAreRefused() {
        HeadTable gates = HeadTable.of(new double[4][8]);
        assertThatThrownBy(() -> CombinedRule.DEFAULT.map(gates, HeadTable.of(new double[4][32]), .5))
                .hasMessageContaining("4 x 8")
                .hasMessageContaining("4 x 32");
    }

    /// Share of the 20 strongest copy heads that are retrieval heads.
    private static double topKept(HeadMap map, HeadTable scores) {
        double[] values = scores.values();
        return IntStream.range(0, values.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble(head -> -values[head]))
                        .limit(20)
                        .filter(head -> map.isRetrieval(head / scores.heads(), head % scores.heads()))
                        .count()
                / 20.0;
    }

    private static double massKept(HeadMap map, HeadTable scores) {
        return sum(map, scores) / Arrays.stream(scores.values()).sum();
    }

    private static double meanGate(HeadMap map, HeadTable gates) {
        return sum(map, gates.clipped()) / map.retrievalHeads();
    }

    private static double sum(HeadMap map, HeadTable table) {
        double sum = 0;
        for (int layer = 0; layer < map.layers(); layer++) {
            for (int head = 0; head < map.kvHeads(); head++) {
                sum += map.isRetrieval(layer, head) ? table.value(layer, head) : 0;
            }
        }
        return sum;
    }

    private static double maxToMean(HeadMap map) {
        int max =
                IntStream.range(0, map.layers()).map(map::retrievalHeads).max().orElseThrow();
        return (double) max * map.layers() / map.retrievalHeads();
    }

    private static int emptyLayers(HeadMap map) {
        return (int) IntStream.range(0, map.layers())
                .filter(layer -> map.retrievalHeads(layer) == 0)
                .count();
    }

    private static HeadTable random(Random random, int layers, int heads, int distinct) {
        double[][] rows = new double[layers][heads];
        for (double[] row : rows) {
            Arrays.setAll(row, i -> (double) random.nextInt(distinct + 1) / distinct);
        }
        return HeadTable.of(rows);
    }
}

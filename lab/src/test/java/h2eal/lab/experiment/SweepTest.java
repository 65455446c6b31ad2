package h2eal.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.lab.cache.ContentHash;
import h2eal.lab.experiment.Sweep.Point;
import h2eal.lab.yaml.YamlDocument;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepTest {

    @Test
    void listsMultiplyFirstAxisSlowest() {
        List<Point> points = points("""
                model: [a, b]
                workload: {context: [4K, 8K, 16K], seed: 1}
                """);
        assertThat(points.stream()
                        .map(point -> String.join("/", point.coordinates().values())))
                .containsExactly("a/4K", "a/8K", "a/16K", "b/4K", "b/8K", "b/16K");
        assertThat(ContentHash.canonical(points.get(4).spec()))
                .isEqualTo("{\"model\":\"b\",\"workload\":{\"context\":\"8K\",\"seed\":\"1\"}}");
    }

    @Test
    void specWithoutListsIsOnePoint() {
        assertThat(points("model: a"))
                .singleElement()
                .satisfies(point -> assertThat(point.coordinates()).isEmpty());
    }

    @Test
    void equalKeysAreNamedByTheirPath() {
        assertThat(points("""
                hardware: {banks: [1, 2]}
                mapping: {banks: [3]}
                """).getFirst().coordinates()).containsOnlyKeys("hardware.banks", "mapping.banks");
    }

    @Test
    void casesBelongTogetherAndTheirListsMultiply() {
        List<Point> points = points("""
                model: [a, b]
                cases:
                  - {name: dense, attention: dense, mapping: m1}
                  - {name: sparse, attention: h2eal, mapping: [m1, m2]}
                """);
        assertThat(points).hasSize(2 + 4);
        assertThat(points.getFirst().coordinates()).containsEntry("case", "dense");
        assertThat(ContentHash.canonical(points.getLast().spec()))
                .isEqualTo("{\"attention\":\"h2eal\",\"mapping\":\"m2\",\"model\":\"b\"}");
    }

    @Test
    void caseWithoutNameIsRefusedAtItsLine() {
        assertThatThrownBy(() -> points("model: a\ncases:\n  - {attention: dense}"))
                .hasMessageStartingWith("spec.yaml:3: cases: expected");
    }

    private static List<Point> points(String text) {
        return Sweep.points(YamlDocument.parse("spec.yaml", text));
    }
}

package h2eal.lab.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {

    @Test
    void distanceCountsInsertionsDeletionsAndReplacements() {
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("Page", "page")).isZero();
    }

    @Test
    void onlyANearWordIsSuggested() {
        assertThat(Nearest.hint("pagetoken", List.of("pageTokens", "score"))).startsWith("did you mean pageTokens?");
        assertThat(Nearest.hint("zzzzzzz", List.of("pageTokens", "score"))).isEqualTo("allowed: pageTokens, score");
    }
}

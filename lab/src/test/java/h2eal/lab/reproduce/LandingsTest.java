package h2eal.lab.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.lab.reproduce.Evaluation.Place;
import h2eal.lab.reproduce.Evaluation.Reach;
import h2eal.lab.result.Scope;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LandingsTest {

    /// Ratios c x context: the interpolation on logarithms is exact, so a number is reached at number / c.
    @Test
    void powerLawIsInterpolatedExactly() {
        List<Place> places = Landings.of(curve(1e-3, 1e-3)).getFirst().places();
        assertThat(places.get(0).contextTokens().orElseThrow()).isCloseTo(5200, within(1e-6));
        assertThat(places.get(1).contextTokens().orElseThrow()).isCloseTo(48210, within(1e-5));
        assertThat(places.get(3).contextTokens().orElseThrow()).isCloseTo(73480, within(1e-5));
    }

    @Test
    void numberBelowOrAboveEveryContextHasNoLanding() {
        List<Place> places = Landings.of(curve(1e-1, 1e-6)).getFirst().places();
        assertThat(places.stream().map(Place::reach))
                .containsExactly(Reach.ALWAYS, Reach.ALWAYS, Reach.NEVER, Reach.NEVER);
        assertThat(places).allMatch(place -> place.contextTokens().isEmpty());
    }

    private static List<SpeedUp> curve(double speedPerToken, double energyPerToken) {
        return IntStream.of(4096, 16384, 131072)
                .mapToObj(context -> new SpeedUp(
                        "m",
                        context,
                        "h2eal",
                        "hb-head",
                        Scope.ATTENTION,
                        "default",
                        speedPerToken * context,
                        energyPerToken * context,
                        1))
                .toList();
    }
}

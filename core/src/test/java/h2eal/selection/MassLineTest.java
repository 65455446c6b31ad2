package h2eal.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MassLineTest {

    private static final MassLine EMPTY = new MassLine(0, 0, 0, 0, 0, 0);

    @Test
    void massesOnALineAreForetoldExactly() {
        MassLine line = EMPTY;
        for (int score = 0; score < 10; score++) {
            line = line.plus(score, 0.5 * score - 3);
        }
        assertThat(line.logMass(20)).isCloseTo(7, within(1e-9));
        assertThat(line.deviation()).isCloseTo(0, within(1e-5));
        assertThat(line.aged().logMass(20)).isCloseTo(7, within(1e-9));
    }

    @Test
    void nothingKnownForetellsTheScore() {
        assertThat(MassLine.PRIOR.logMass(5)).isEqualTo(5);
    }

    @Test
    void withoutScatterTheDroppedShareIsExact() {
        MassLine line = EMPTY.plus(0, 0).plus(4, 4);
        ReadPages pages = new ReadPages(new float[] {4, 1, 2, 0}, new int[] {0, 3}, new double[] {4, 0});
        double dropped = Math.exp(1) + Math.exp(2);
        assertThat(pages.dropped(line)).isCloseTo(dropped / (dropped + Math.exp(4) + 1), within(1e-6));
    }

    @Test
    void everythingReadDropsNothing() {
        ReadPages pages = new ReadPages(new float[] {1, 2, 3}, new int[] {0, 1, 2}, new double[] {1, 5, 2});
        assertThat(pages.dropped(pages.addTo(EMPTY))).isZero();
    }

    /// Logarithms of masses scatter by 5 around the scores: a few pages hold nearly everything, and which is chance.
    @Test
    void theMeanEstimateIsNearTheMeanTruth() {
        Random random = new Random(41);
        double estimated = 0;
        double dropped = 0;
        for (int trial = 0; trial < 400; trial++) {
            float[] scores = new float[100];
            double[] masses = new double[100];
            for (int page = 0; page < 100; page++) {
                scores[page] = 0.5f * (100 - page);
                masses[page] = scores[page] + 5 * random.nextGaussian();
            }
            int[] read = IntStream.range(0, 20).map(i -> i == 19 ? 99 : i).toArray();
            double[] known =
                    IntStream.of(read).mapToDouble(page -> masses[page]).toArray();
            ReadPages pages = new ReadPages(scores, read, known);
            estimated += pages.dropped(pages.addTo(EMPTY));
            double kept = IntStream.of(read)
                    .mapToDouble(page -> Math.exp(masses[page]))
                    .sum();
            double all = IntStream.range(0, 100)
                    .mapToDouble(page -> Math.exp(masses[page]))
                    .sum();
            dropped += 1 - kept / all;
        }
        assertThat(dropped / 400).isGreaterThan(0.02);
        assertThat(estimated / dropped).isBetween(0.5, 2.0);
    }
}

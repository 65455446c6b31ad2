package h2eal.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MassLineTest {

    @Test
    void massesOnALineAreForetoldNearlyExactly() {
        MassLine line = MassLine.guess();
        for (int score = 0; score < 100_000; score++) {
            line.add(score % 10, 0.5 * (score % 10) - 3);
        }
        assertThat(line.logMass(20)).isCloseTo(7, within(1e-3));
        assertThat(line.deviation()).isCloseTo(0, within(1e-2));
        line.age();
        assertThat(line.logMass(20)).isCloseTo(7, within(1e-3));
    }

    @Test
    void nothingKnownForetellsTheScore() {
        assertThat(MassLine.guess().logMass(5)).isEqualTo(5);
    }

    @Test
    void whatIsForgottenForetellsNothing() {
        MassLine line = MassLine.guess();
        line.add(1, 9);
        assertThat(line.logMass(5)).isNotEqualTo(5);
        line.forget();
        assertThat(line.logMass(5)).isEqualTo(5);
    }

    @Test
    void withoutScatterTheDroppedShareIsExact() {
        MassLine line = MassLine.guess();
        for (int i = 0; i < 1_000_000; i++) {
            line.add(i % 5, i % 5);
        }
        ReadPages pages = pages(4, 1, 2, 0);
        pages.read(0, 4);
        pages.read(3, 0);
        double dropped = Math.exp(1) + Math.exp(2);
        assertThat(pages.dropped(line)).isCloseTo(dropped / (dropped + Math.exp(4) + 1), within(1e-6));
    }

    @Test
    void everythingReadDropsNothing() {
        MassLine line = MassLine.guess();
        ReadPages pages = pages(1, 2, 3);
        pages.read(0, 1);
        pages.read(1, 5);
        pages.read(2, 2);
        pages.addTo(line);
        assertThat(pages.dropped(line)).isZero();
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
            ReadPages pages = pages(scores);
            double kept = 0;
            double all = 0;
            for (int page = 0; page < 100; page++) {
                all += Math.exp(masses[page]);
                if (page < 19 || page == 99) {
                    pages.read(page, masses[page]);
                    kept += Math.exp(masses[page]);
                }
            }
            MassLine line = MassLine.guess();
            pages.addTo(line);
            estimated += pages.dropped(line);
            dropped += 1 - kept / all;
        }
        assertThat(dropped / 400).isGreaterThan(0.02);
        assertThat(estimated / dropped).isBetween(0.5, 2.0);
    }

    private static ReadPages pages(float... scores) {
        ReadPages pages = new ReadPages();
        pages.set(scores, 0, scores.length, 1);
        return pages;
    }
}

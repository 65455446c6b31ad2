package h2eal.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class VerticalSlashTest {

    /// Queries that stand in strips 20 to 23.
    private static final int[] OWN = {20, 20, 21, 21, 22, 22, 23, 23};

    @Test
    void columnsBecomeVerticalsAndDiagonalsBecomeSlashes() {
        float[][] shares = new float[OWN.length][24];
        for (int query = 0; query < OWN.length; query++) {
            shares[query][5] = 0.4f;
            shares[query][OWN[query] - 9] = 0.6f;
        }

        VerticalSlash lines = VerticalSlash.of(shares, OWN, 0, 10);

        assertThat(lines.lines()).isEqualTo(4);
        for (int own = 15; own < 30; own++) {
            for (int strip = 0; strip <= own; strip++) {
                assertThat(lines.reads(strip, own))
                        .as("strip %d of a query in strip %d", strip, own)
                        .isEqualTo(strip == 5 || strip == own - 9 || strip >= own - 1);
            }
        }
    }

    @Test
    void whatALineHoldsCountsOnce() {
        float[][] shares = new float[OWN.length][24];
        for (int query = 0; query < OWN.length; query++) {
            // a column of 0.5 lies on slashes too, of a quarter each; a column of 0.2 holds more than what they have
            // left
            shares[query][5] = 0.5f;
            shares[query][8] = 0.2f;
        }
        VerticalSlash lines = VerticalSlash.of(shares, OWN, 0, 4);
        assertThat(lines.reads(5, 20)).isTrue();
        assertThat(lines.reads(8, 20)).isTrue();
    }

    @Test
    void sinkAndNeighboursAreReadWhateverTheyHold() {
        float[][] shares = new float[OWN.length][24];
        Arrays.stream(shares).forEach(query -> query[12] = 1);
        VerticalSlash lines = VerticalSlash.of(shares, OWN, 2, 5);
        assertThat(lines.lines()).isEqualTo(5);
        for (int strip : new int[] {0, 1, 12, 20, 21}) {
            assertThat(lines.reads(strip, 21)).isTrue();
        }
    }

    @Property(tries = 100, seed = "3")
    void neverMoreStripsThanLinesAndNoneBehindTheQuery(
            @ForAll long seed, @ForAll @IntRange(min = 2, max = 30) int most, @ForAll @IntRange(max = 5) int sink) {
        Random random = new Random(seed);
        VerticalSlash lines = VerticalSlash.of(random(random), OWN, sink, most);
        assertThat(lines.lines()).isLessThanOrEqualTo(most);
        for (int own : OWN) {
            int read = 0;
            for (int strip = 0; strip < 30; strip++) {
                assertThat(strip > own && lines.reads(strip, own)).isFalse();
                read += lines.reads(strip, own) ? 1 : 0;
            }
            assertThat(read).isLessThanOrEqualTo(most);
        }
    }

    @Property(tries = 100, seed = "4")
    void moreLinesReadAllThatFewerRead(@ForAll long seed, @ForAll @IntRange(min = 2, max = 24) int most) {
        VerticalSlash fewer = VerticalSlash.of(random(new Random(seed)), OWN, 1, most);
        VerticalSlash more = VerticalSlash.of(random(new Random(seed)), OWN, 1, most + 1);
        for (int own : OWN) {
            for (int strip = 0; strip <= own; strip++) {
                assertThat(!fewer.reads(strip, own) || more.reads(strip, own)).isTrue();
            }
        }
    }

    private static float[][] random(Random random) {
        float[][] shares = new float[OWN.length][24];
        for (int query = 0; query < OWN.length; query++) {
            for (int strip = 0; strip <= OWN[query]; strip++) {
                shares[query][strip] = random.nextFloat();
            }
        }
        return shares;
    }
}

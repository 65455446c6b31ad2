package h2eal.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DramTimingTest {

    private static final DramTiming EDGE = new DramTiming(2.5, 1, 6, 4, 6, 6, 14, 20, 7, 2, 4, 2, 1560, 104);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0 6 4 6 6 14 20 7 2 4 2 1560 104  | tCcd must be at least 1: 0
            1 0 4 6 6 14 20 7 2 4 2 1560 104  | tCl must be at least 1: 0
            1 6 0 6 6 14 20 7 2 4 2 1560 104  | tCwl must be at least 1: 0
            1 6 4 0 6 14 20 7 2 4 2 1560 104  | tRcd must be at least 1: 0
            1 6 4 6 0 14 20 7 2 4 2 1560 104  | tRp must be at least 1: 0
            1 6 4 6 6 0 20 7 2 4 2 1560 104   | tRas must be at least 1: 0
            1 6 4 6 6 14 13 7 2 4 2 1560 104  | tRc must be at least tRas (14): 13
            1 6 4 6 6 14 20 -1 2 4 2 1560 104 | tWr must be at least 0: -1
            1 6 4 6 6 14 20 7 -1 4 2 1560 104 | tRtp must be at least 0: -1
            1 6 4 6 6 14 20 7 2 -1 2 1560 104 | tWtr must be at least 0: -1
            1 6 4 6 6 14 20 7 2 4 0 1560 104  | tRrd must be at least 1: 0
            1 6 4 6 6 14 20 7 2 4 2 -1 104    | tRefi must be at least 0: -1
            1 6 4 6 6 14 20 7 2 4 2 1560 0    | tRfc must be at least 1
            1 6 4 6 6 14 20 7 2 4 2 128 104   | tRefi must exceed 128
            """)
    void impossibleValueIsRefusedByName(String cycles, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> timing(cycles.trim().split(" ")))
                .withMessageStartingWith(message);
    }

    private static DramTiming timing(String[] words) {
        int[] c = new int[words.length];
        for (int i = 0; i < c.length; i++) {
            c[i] = Integer.parseInt(words[i]);
        }
        return new DramTiming(1, c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9], c[10], c[11], c[12]);
    }

    /// Busy fraction = rows x tRC / (retention x rows refreshed together): 16,384 rows of 48 ns in 32 ms are 2.5 %, and
    /// so are 131,072 rows, eight together.
    @Test
    void derivedRefreshHasTheBusyFractionOfTheFormula() {
        DramTiming fine = new DramTiming(0.1, 1, 6, 4, 6, 6, 340, 480, 7, 2, 4, 2, 0, 0);
        assertThat(fine.withDerivedRefresh(16_384, 1, 32e6, 8192).refreshBusyFraction())
                .isCloseTo(0.0246, Offset.offset(0.0002));
        assertThat(fine.withDerivedRefresh(131_072, 8, 32e6, 8192).refreshBusyFraction())
                .isCloseTo(0.0246, Offset.offset(0.0002));
    }

    /// Raptor, measured on silicon: 1364 rows of 44 ns refreshed in 4 ms cost 1.4 to 1.5 %.
    @Test
    void derivedRefreshMeetsAMeasuredDevice() {
        DramTiming raptor = new DramTiming(1, 1, 14, 4, 14, 14, 30, 44, 7, 2, 4, 2, 0, 0);
        assertThat(raptor.withDerivedRefresh(1364, 1, 4e6, 1364).refreshBusyFraction())
                .isBetween(0.0137, 0.0151);
    }

    @Test
    void refreshCanBeSwitchedOff() {
        assertThat(EDGE.withoutRefresh().refreshBusyFraction()).isZero();
        assertThat(EDGE.withoutRefresh().withRefresh(1560, 104)).isEqualTo(EDGE);
    }
}

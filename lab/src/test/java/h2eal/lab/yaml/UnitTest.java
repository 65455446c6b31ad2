package h2eal.lab.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitTest {

    @ParameterizedTest
    @CsvSource({
        "BYTES, 256 MiB, 268435456",
        "BYTES, 64B, 64",
        "NANOSECONDS, 3.9 us, 3900",
        "NANOSECONDS, 32 ms, 3.2e7",
        "GIGAHERTZ, 400 MHz, 0.4",
        "PICOJOULES_PER_BIT, 8 pJ/B, 1",
        "TOKENS, 128K, 131072",
        "TOKENS, 4096, 4096",
        "WATTS, 1.5e1 W, 15"
    })
    void quantityIsReadInTheBaseUnit(Unit unit, String text, double expected) {
        assertThat(unit.parse(text).getAsDouble()).isCloseTo(expected, within(1e-9 * expected));
    }

    @ParameterizedTest
    @CsvSource({"BYTES, 256", "BYTES, 256 MB", "BYTES, -1 B", "NANOSECONDS, 14 cycles", "TOKENS, 4k", "WATTS, W"})
    void missingOrForeignUnitIsRefused(Unit unit, String text) {
        assertThat(unit.parse(text)).isEmpty();
    }
}

package h2eal.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ReportsTest {

    @Test
    void belowTheCapNothingSlowsDown() {
        PowerReport power = new PowerReport(14, 6, 15);
        assertThat(power.throttled()).isFalse();
        assertThat(power.slowdown()).isEqualTo(1);
        assertThat(power.watts()).isEqualTo(14);
    }

    /// 16 W of dynamic power must become 9 W: time stretches by 16 / 9, static power stays.
    @Test
    void aboveTheCapOnlyDynamicPowerFalls() {
        PowerReport power = new PowerReport(22, 6, 15);
        assertThat(power.throttled()).isTrue();
        assertThat(power.slowdown()).isCloseTo(16.0 / 9, within(1e-12));
        assertThat(6 + 16 / power.slowdown()).isCloseTo(power.watts(), within(1e-12));
    }

    @Test
    void staticPowerAboveTheCapIsRefused() {
        assertThatThrownBy(() -> new PowerReport(30, 16, 15))
                .hasMessage("no speed is slow enough: static power 16.00 W is not below the cap of 15.00 W");
    }

    @Test
    void fasterThanTheRooflineIsAnError() {
        assertThatThrownBy(() -> new Roofline(100, 50, 99))
                .hasMessageStartingWith("faster than the hardware allows: 99");
        assertThat(new Roofline(100, 50, 150).distance()).isEqualTo(1.5);
    }

    @Test
    void capacitySaysWhatDoesNotFit() {
        CapacityReport capacity = new CapacityReport(100 << 20, 60 << 20, 50 << 20, 400L << 20, 240L << 20, 180L << 20);
        assertThat(capacity.fits()).isFalse();
        assertThat(capacity.explanation())
                .isEqualTo("does not fit: weights 240.0 MiB + cache 180.0 MiB of 400.0 MiB;"
                        + " fullest bank: weights 60.0 MiB + cache 50.0 MiB of 100.0 MiB");
    }
}

package h2eal.sim.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.hardware.Accelerator;
import h2eal.model.Precision;
import h2eal.sim.Accelerators;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PricingTest {

    private static final Accelerator EDGE = Accelerators.edge(4, 4);
    private final Pricing pricing = new Pricing(EDGE);

    /// A whole row streamed: 2048 x 8 bits x (0.10 + 0.78) pJ.
    @Test
    void streamedRowCostsActivationAndColumns() {
        ActionCounts row = new ActionCounts(1, 2048, 0, 0, 0, Map.of(), 0, 0, 0, 0);
        EnergyReport energy = pricing.price(row, 0);
        assertThat(energy.totalPicojoules()).isCloseTo(2048 * 8 * 0.88, within(1e-6));
        assertThat(energy.picojoules(EnergyComponent.DRAM_ACTIVATE)).isCloseTo(1638.4, within(1e-6));
    }

    /// One byte over one hop of 2.6 mm: 8 x (0.06 + 0.10 x 2.6) pJ.
    @Test
    void hopCostsRouterAndWire() {
        ActionCounts hop = new ActionCounts(0, 0, 0, 0, 0, Map.of(), 0, 0, 0, 1);
        assertThat(pricing.price(hop, 0).totalPicojoules()).isCloseTo(8 * 0.32, within(1e-9));
    }

    /// 1 GiB for 1 us at 0.096 W/GB, and 16 x 6.76 mm2 at 0.01 W/mm2.
    @Test
    void standbyAndLeakageAreDrawnByTime() {
        EnergyReport energy = pricing.price(ActionCounts.NONE, 1000);
        assertThat(energy.picojoules(EnergyComponent.DRAM_BACKGROUND))
                .isCloseTo(1.073741824 * 0.096 * 1e6, within(1e-3));
        assertThat(energy.picojoules(EnergyComponent.LEAKAGE)).isCloseTo(16 * 6.76 * 0.01 * 1e6, within(1e-3));
        assertThat(energy.dynamicPicojoules()).isZero();
    }

    /// 8192 commands, 1560 cycles of 2.5 ns apart, visit every row once.
    @Test
    void everyRowIsRefreshedOncePerRetentionTime() {
        assertThat(pricing.refreshedRows(8192 * 1560 * 2.5)).isEqualTo(16 * (64L << 20) / 2048);
    }

    @Property
    void energyIsTheSumOfItsPartsAndAdditive(
            @ForAll @LongRange(max = 1 << 30) long a, @ForAll @LongRange(max = 1 << 30) long b) {
        ActionCounts first = new ActionCounts(a, b, a, b, a, Map.of(Precision.F16, b), a, b, a, b);
        ActionCounts second = new ActionCounts(b, a, b, a, b, Map.of(Precision.INT8, a), b, a, b, a);
        EnergyReport sum = pricing.price(first.plus(second), 300);

        assertThat(sum.totalPicojoules())
                .isCloseTo(
                        pricing.price(first, 100).totalPicojoules()
                                + pricing.price(second, 200).totalPicojoules(),
                        within(1e-9 * sum.totalPicojoules()));
        assertThat(sum.byComponent().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isEqualTo(sum.totalPicojoules());
    }

    @Test
    void unpricedMacIsRefused() {
        ActionCounts macs = new ActionCounts(0, 0, 0, 0, 0, Map.of(Precision.F32, 1L), 0, 0, 0, 0);
        assertThatThrownBy(() -> pricing.price(macs, 0)).hasMessageContaining("test has no energy for a F32 MAC");
    }
}

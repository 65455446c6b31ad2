package h2eal.sim.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import h2eal.model.Precision;
import h2eal.sim.Accelerators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TilePipelineTest {

    private static final int SRAM = 32 << 10;
    private static final int CHUNK = SRAM / 2;

    /// max(stream, compute) + min(stream, compute) / chunks.
    @Property
    void taskTakesTheSlowerOfStreamAndComputePlusOneChunkOfTheOther(
            @ForAll @IntRange(min = 1, max = 40) int chunks,
            @ForAll @IntRange(min = 1, max = 10000) int stream,
            @ForAll @IntRange(min = 1, max = 10000) int compute) {
        TilePipeline tile = new TilePipeline(SRAM, CHUNK);
        double start = tile.streamStart(100);
        double end = tile.run(start, start + stream, (long) chunks * CHUNK, compute);

        double expected = Math.max(stream, compute) + (double) Math.min(stream, compute) / chunks;
        assertThat(end - 100).isCloseTo(expected, within(1e-6));
    }

    @Test
    void nextStreamOverlapsTheComputationOfTheLastChunk() {
        TilePipeline tile = new TilePipeline(SRAM, CHUNK);
        tile.run(0, 1000, 10L * CHUNK, 500);
        assertThat(tile.nextStream()).isEqualTo(1000);
        assertThat(tile.computeFree()).isEqualTo(1050);
    }

    @Test
    void slowComputationHoldsBackTheNextStream() {
        TilePipeline tile = new TilePipeline(SRAM, CHUNK);
        tile.run(0, 1000, 10L * CHUNK, 5000);
        assertThat(tile.computeFree()).isEqualTo(5100);
        assertThat(tile.nextStream()).isEqualTo(4600);
    }

    /// Interface cycles of 2.5 ns are 1.5 cycles of the 0.6 GHz logic.
    @Test
    void unitsWorkAtTheSameTime() {
        TileRates rates = new TileRates(Accelerators.edge(2, 2));
        assertThat(rates.cycles(TileWork.compute(Precision.F16, 128 * 15, 0))).isCloseTo(10, within(1e-9));
        assertThat(rates.cycles(TileWork.compute(Precision.INT8, 256 * 15, 16 * 30)))
                .isCloseTo(20, within(1e-9));
        assertThat(rates.cycles(TileWork.select(Precision.F16, 128 * 15, 30))).isCloseTo(20, within(1e-9));
        assertThat(rates.drainCycles(TileWork.compute(Precision.F16, 1, 1))).isCloseTo(11 / 1.5, within(1e-9));
        assertThat(rates.drainCycles(TileWork.compute(Precision.F16, 1, 0))).isZero();
    }
}

package h2eal.runtime.interleaved;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.runtime.interleaved.code.RowFormat;
import h2eal.runtime.memory.HugePages;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InterleavedRowsTest {

    private static final int COLUMNS = 2048;

    @ParameterizedTest
    @EnumSource
    void streamsCrossStretchesTogetherButNotHugePages(RowFormat format) {
        for (int rows = 1; rows < 16_384; rows += 31) {
            long apart = InterleavedRows.apart(format, rows, COLUMNS);
            long stream = InterleavedRows.bytes(format, rows, COLUMNS) - apart;

            assertThat(apart).isBetween(stream, stream + (64 << 10));
            assertThat(apart % (32 << 10)).isZero();
            assertThat(apart % HugePages.BYTES).isNotZero();
        }
    }
}

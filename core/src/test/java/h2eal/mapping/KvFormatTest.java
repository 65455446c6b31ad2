package h2eal.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryPrecision;
import h2eal.model.Precision;
import org.junit.jupiter.api.Test;

class KvFormatTest {

    private static final PageGeometry PAGES = new PageGeometry(64, 16);

    @Test
    void aSummaryIsTwoVectorsOfTheCachesPrecision() {
        assertThat(new KvFormat(128, 4, Precision.F16, PAGES).summaryBytes()).isEqualTo(512);
        assertThat(new KvFormat(128, 4, Precision.INT4, PAGES).summaryBytes()).isEqualTo(128);
    }

    @Test
    void aSummaryOfBytesDoesNotDependOnTheCache() {
        for (Precision cache : Precision.values()) {
            assertThat(new KvFormat(128, 4, cache, PAGES, SummaryPrecision.INT8).summaryBytes())
                    .isEqualTo(256);
        }
    }
}

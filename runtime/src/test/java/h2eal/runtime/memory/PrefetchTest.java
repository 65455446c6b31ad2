package h2eal.runtime.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Run twice: as it is, and with prefetching asked for.
class PrefetchTest {

    @Test
    void kernelsAreJavaUnlessAskedOtherwise() {
        assumeTrue(System.getProperty(Prefetch.PROPERTY) == null);
        assertThat(Prefetch.isOn()).isFalse();
        assertThat(Prefetch.description()).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = Prefetch.PROPERTY, matches = "true")
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void isOnWhereAskedForAndSaysSo() {
        assertThat(Prefetch.isOn()).isTrue();
        assertThat(Prefetch.description()).isEqualTo(", prefetching");
    }

    @Test
    @EnabledIfSystemProperty(named = Prefetch.PROPERTY, matches = "true")
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void whatLiesBehindMemoryMayBeAskedFor() {
        assertThatCode(() -> Prefetch.twoStretches(0, 1 << 20, 1L << 46)).doesNotThrowAnyException();
        assertThatCode(() -> Prefetch.twoStretches(64, 64, 0)).doesNotThrowAnyException();
    }
}

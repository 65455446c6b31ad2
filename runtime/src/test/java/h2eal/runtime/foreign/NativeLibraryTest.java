package h2eal.runtime.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.FunctionDescriptor;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/// Run twice: as it is, and with native kernels asked for.
class NativeLibraryTest {

    @Test
    void kernelsAreJavaUnlessAskedOtherwise() {
        assumeTrue(System.getProperty(NativeLibrary.PROPERTY) == null);
        assertThat(NativeLibrary.isOn()).isFalse();
        assertThat(NativeLibrary.description()).isEmpty();
        assertThat(NativeLibrary.find("h2eal_round", FunctionDescriptor.ofVoid(ADDRESS)))
                .isEmpty();
    }

    @Test
    void saysWhetherItIsOnAndIfNotWhy() {
        assumeTrue(Boolean.getBoolean(NativeLibrary.PROPERTY));
        assertThat(NativeLibrary.description())
                .matches(NativeLibrary.isOn() ? ", some native" : ", none native \\(.+\\)");
    }

    @Test
    void aFunctionThatIsNotThereIsAnError() {
        assumeTrue(NativeLibrary.isOn());
        assertThatThrownBy(() -> NativeLibrary.find("h2eal_nothing", FunctionDescriptor.ofVoid(ADDRESS)))
                .isInstanceOf(NoSuchElementException.class);
    }
}

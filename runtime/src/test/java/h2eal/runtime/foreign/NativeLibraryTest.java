package h2eal.runtime.foreign;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void theLibraryIsMadeOnceAndNothingElseIsLeft(@TempDir Path folder) throws IOException {
        assumeTrue(NativeLibrary.isOn());
        Path library = NativeBuild.library(folder);
        FileTime made = Files.getLastModifiedTime(library);
        assertThat(NativeBuild.library(folder)).isEqualTo(library);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(made);
        assertThat(folder).isDirectoryContaining(library::equals);
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void aLibraryThatWasCutShortIsMadeAnew(@TempDir Path folder) throws IOException {
        assumeTrue(NativeLibrary.isOn());
        Path library = NativeBuild.library(folder);
        byte[] bytes = Files.readAllBytes(library);
        Files.write(library, Arrays.copyOf(bytes, 1000));
        assertThat(NativeBuild.library(folder)).isEqualTo(library).hasBinaryContent(bytes);
    }
}

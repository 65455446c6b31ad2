package h2eal.lab.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

    @TempDir
    private Path folder;

    @Test
    void fileIsReplacedAndNoDraftIsLeft() throws IOException {
        Path file = folder.resolve("a.csv");
        WholeFile.write(file, "old");
        WholeFile.write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(files()).containsExactly(file);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void fileHasThePermissionsOfAnyNewFile() throws IOException {
        Path plain = Files.createFile(folder.resolve("plain"));
        Path file = folder.resolve("a.csv");
        WholeFile.write(file, "text");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(plain));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fullDeviceIsNamed() {
        assertThatThrownBy(() -> WholeFile.write(Path.of("/dev/full"), "text"))
                .isInstanceOf(FileSystemException.class)
                .hasMessage("/dev/full: cannot be written: No space left on device");
    }

    @Test
    void failedWriteLeavesTheEarlierFileAndNoDraft() throws IOException {
        Path file = Files.createDirectories(folder.resolve("taken/inside"));
        assertThatThrownBy(() -> WholeFile.write(file.getParent(), "text")).isInstanceOf(IOException.class);
        assertThat(file).isDirectory();
        assertThat(files()).containsExactly(file.getParent());
    }

    @Test
    void writingThatFailsHalfwayLeavesTheEarlierFile() throws IOException {
        Path file = folder.resolve("model.gguf");
        WholeFile.write(file, "old");
        assertThatThrownBy(() -> WholeFile.write(file, draft -> {
                    Files.writeString(draft, "half");
                    throw new IllegalStateException("damaged");
                }))
                .hasMessage("damaged");
        assertThat(file).hasContent("old");
        assertThat(files()).containsExactly(file);
    }

    private Stream<Path> files() throws IOException {
        return Files.list(folder);
    }
}

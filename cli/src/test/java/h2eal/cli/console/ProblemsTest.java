package h2eal.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ProblemsTest {

    @Test
    void missingFileIsNamedWithTheReason() {
        assertThat(Problems.line(new NoSuchFileException("a.gguf"))).isEqualTo("a.gguf: no such file or folder");
        assertThat(Problems.line(new AccessDeniedException("b"))).isEqualTo("b: permission denied");
        assertThat(Problems.line(new FileSystemException("c", null, "Is a directory")))
                .isEqualTo("c: Is a directory");
    }

    @Test
    void wrappedIoProblemSpeaksForItself() {
        assertThat(Problems.line(new UncheckedIOException(new IOException("disk full"))))
                .isEqualTo("disk full");
    }

    @Test
    void messageStaysOnOneLineAndHasNoControlCharacters() {
        assertThat(Problems.line(new IllegalArgumentException("first\r\n  second\u001b[31m")))
                .isEqualTo("first second?[31m");
    }

    @Test
    void bugIsCalledABugAndNotBlamedOnTheInput() {
        assertThat(Problems.line(new NullPointerException("x is null")))
                .startsWith("internal error, please report it: NullPointerException: x is null");
        assertThat(Problems.line(new IllegalStateException())).startsWith("internal error");
    }
}

package h2eal.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final StringWriter text = new StringWriter();
    private final long[] now = {0};

    @Test
    void saysNothingInTheFirstTwoSeconds() {
        try (Progress progress = progress(OptionalInt.of(80))) {
            now[0] = Duration.ofMillis(1999).toNanos();
            progress.at(50);
        }

        assertThat(text.toString()).isEmpty();
    }

    @Test
    void terminalLineIsRedrawnInPlaceAndRemoved() {
        try (Progress progress = progress(OptionalInt.of(40))) {
            now[0] = Duration.ofSeconds(4).toNanos();
            progress.at(50);
        }

        assertThat(text.toString()).isEqualTo("\r%-39s\r%39s\r".formatted("reading: 25 % (50 of 200, 12 s left)", ""));
    }

    @Test
    void narrowTerminalGetsACutLine() {
        try (Progress progress = progress(OptionalInt.of(24))) {
            now[0] = Duration.ofSeconds(4).toNanos();
            progress.at(50);
        }

        assertThat(text.toString()).startsWith("\rreading: 25 % (50 of 20\r");
    }

    @Test
    void withoutATerminalPlainLinesComeEveryTenSeconds() {
        try (Progress progress = progress(OptionalInt.empty())) {
            for (int second = 0; second <= 13; second++) {
                now[0] = Duration.ofSeconds(second).toNanos();
                progress.at(second);
            }
        }

        assertThat(text.toString().lines())
                .containsExactly("reading: 1 % (2 of 200, 3 min left)", "reading: 6 % (12 of 200, 3 min left)");
    }

    private Progress progress(OptionalInt columns) {
        PrintWriter writer = new PrintWriter(text);
        return new Progress(new Console(writer, writer, columns), "reading", 200, () -> now[0]);
    }
}

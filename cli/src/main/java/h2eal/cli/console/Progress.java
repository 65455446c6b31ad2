package h2eal.cli.console;

import java.time.Duration;
import java.util.function.LongSupplier;

/// A line that says how far a long piece of work is. Silent for the first two seconds; redrawn on a terminal, elsewhere
/// one plain line every ten seconds. One thread at a time.
public final class Progress implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);
    private static final int SMALLEST_TERMINAL = 20;

    private final Console console;
    private final String work;
    private final long total;
    private final LongSupplier nanoTime;
    private final long started;
    private long nextLine;
    private boolean drawn;

    /// Starts to count `total` pieces of `work`, a word or two such as "reading the prompt".
    public static Progress of(Console console, String work, long total) {
        return new Progress(console, work, total, System::nanoTime);
    }

    Progress(Console console, String work, long total, LongSupplier nanoTime) {
        this.console = console;
        this.work = work;
        this.total = total;
        this.nanoTime = nanoTime;
        this.started = nanoTime.getAsLong();
        this.nextLine = started + PATIENCE.toNanos();
    }

    /// `done` of the pieces are done.
    public synchronized void at(long done) {
        long now = nanoTime.getAsLong();
        if (now < nextLine || done >= total) {
            return;
        }
        String text = line(done, now - started);
        if (console.columns().isPresent()) {
            int width = Math.max(SMALLEST_TERMINAL, console.columns().getAsInt()) - 1;
            console.err().print("\r" + fit(text, width));
            console.err().flush();
            drawn = true;
            nextLine = now + REDRAW.toNanos();
        } else {
            console.note(text);
            nextLine = now + PLAIN_INTERVAL.toNanos();
        }
    }

    /// Removes the line.
    @Override
    public synchronized void close() {
        if (drawn) {
            int width = Math.max(SMALLEST_TERMINAL, console.columns().orElse(SMALLEST_TERMINAL)) - 1;
            console.err().print("\r" + " ".repeat(width) + "\r");
            console.err().flush();
            drawn = false;
        }
    }

    private String line(long done, long elapsedNanos) {
        String left = "";
        if (done > 0) {
            long seconds = Duration.ofNanos((long) ((double) elapsedNanos / done * (total - done)))
                    .toSeconds();
            left = seconds < 120 ? ", %d s left".formatted(seconds) : ", %d min left".formatted(seconds / 60);
        }
        return "%s: %d %% (%d of %d%s)".formatted(work, 100 * done / total, done, total, left);
    }

    private static String fit(String text, int width) {
        return text.length() > width ? text.substring(0, width) : text + " ".repeat(width - text.length());
    }
}

package h2eal.cli.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C as a question a long computation asks itself: [#requested] turns true, and the process waits until [#close],
/// so that what was computed is still printed. The JVM then ends with exit code 130, as shells expect.
public final class Interruption implements AutoCloseable {

    /// What the process ends with after Ctrl-C.
    public static final int EXIT_CODE = 130;

    private static final int LONGEST_WAIT_SECONDS = 20;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::hold, "interruption");
    private volatile boolean requested;

    private Interruption() {}

    /// Starts to listen.
    public static Interruption listen() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /// Whether the user wants to stop.
    public boolean requested() {
        return requested;
    }

    /// Lets the process end.
    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // the hook has just been released
        }
    }

    private void hold() {
        requested = true;
        try {
            finished.await(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package h2eal.cli.option;

import h2eal.runtime.Engine;
import h2eal.runtime.Session;
import h2eal.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The flags `--save-cache` and `--load-cache`.
public final class SavedCacheOption {

    @Option(
            names = "--save-cache",
            paramLabel = "FILE",
            description = "Keep the context as it is after the prompt, so that it need not be read again.")
    private Path saved;

    @Option(
            names = "--load-cache",
            paramLabel = "FILE",
            description = "Start with a kept context: the prompt, if any, goes on after it. Needs the model and the"
                    + " --attention, --heads and --kv it was kept with.")
    private Path loaded;

    /// Starts a session, with the kept context if the flags name one.
    public Session open(Engine engine, SessionOptions options) throws IOException {
        return loaded == null ? engine.session(options) : engine.restore(loaded, options);
    }

    /// Whether a session starts with a kept context.
    public boolean loads() {
        return loaded != null;
    }

    /// Whether the context is to be kept.
    public boolean saves() {
        return saved != null;
    }

    /// Keeps the context of `session`.
    public void save(Session session) throws IOException {
        session.save(saved);
    }
}

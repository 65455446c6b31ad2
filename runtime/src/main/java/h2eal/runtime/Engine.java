package h2eal.runtime;

import h2eal.model.ModelShape;
import h2eal.runtime.text.Tokenizer;
import java.nio.file.Path;

/// An open model file and the threads that compute with it. Sessions share the weights; one session runs at a time.
public final class Engine implements AutoCloseable {

    private Engine() {}

    /// Opens and checks a GGUF model.
    ///
    /// @param threads threads that compute, the caller's included
    /// @throws h2eal.runtime.gguf.GgufException if the file cannot be used
    public static Engine open(Path model, int threads) {
        throw new UnsupportedOperationException("not yet");
    }

    /// The model's shape.
    public ModelShape shape() {
        throw new UnsupportedOperationException("not yet");
    }

    /// The model's tokenizer.
    public Tokenizer tokenizer() {
        throw new UnsupportedOperationException("not yet");
    }

    /// Starts a session with an empty cache.
    ///
    /// @throws IllegalArgumentException if the options do not fit the model: a context beyond its training, a head map
    ///     of another shape
    public Session session(SessionOptions options) {
        throw new UnsupportedOperationException("not yet");
    }

    /// Answers `prompt` in a session of its own. Special tokens in the prompt's text are recognised.
    public Generation generate(
            String prompt, SessionOptions session, GenerationOptions options, GenerationListener listener) {
        int[] tokens = tokenizer().encodePrompt(prompt);
        try (Session fresh = session(session)) {
            return fresh.generate(tokens, options, listener);
        }
    }

    /// Ends all sessions and unmaps the file.
    @Override
    public void close() {}
}

package h2eal.runtime;

import com.sun.management.OperatingSystemMXBean;
import h2eal.model.ModelShape;
import h2eal.runtime.cache.ReadBandwidth;
import h2eal.runtime.decode.ModelAttention;
import h2eal.runtime.foreign.NativeLibrary;
import h2eal.runtime.gguf.GgufFile;
import h2eal.runtime.interleaved.InterleavedRows;
import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.llama.ForwardPass;
import h2eal.runtime.llama.Llama;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.parallel.Workers;
import h2eal.runtime.text.Tokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An open model file and the threads that compute with it. Sessions share weights, threads and scratch: one session
/// runs at a time.
public final class Engine implements AutoCloseable {

    /// System property: when `false`, quantised weights are read where they lie in the file only, which takes half the
    /// memory or less and decodes slower, with activations in f32; when `true`, they are copied. By default they are
    /// where the file and its copy take less than three quarters of the machine's memory.
    public static final String INTERLEAVE_PROPERTY = "h2eal.interleave";

    /// System property: when `true` before the first engine is opened, kernels are C where that is faster and this
    /// machine can have it. By default all are Java.
    public static final String NATIVE_PROPERTY = NativeLibrary.PROPERTY;

    private final GgufFile file;
    private final Arena copies = Arena.ofShared();
    private final Llama model;
    private final Tokenizer tokenizer;
    private final Workers workers;
    private final PageKernels pageKernels;
    private final ForwardPass forward;
    private final BatchStep batchStep;
    private final Kernels kernels;

    private Engine(GgufFile file, int threads) {
        this.file = file;
        Llama inFile = Llama.of(file);
        tokenizer = Tokenizer.of(file.metadata());
        if (tokenizer.vocabularySize() > inFile.shape().vocabulary()) {
            throw file.invalid(
                    "tokenizer.ggml.tokens",
                    "holds more tokens than the embedding has rows, %d: %d"
                            .formatted(inFile.shape().vocabulary(), tokenizer.vocabularySize()));
        }
        model = interleaves(file, inFile) ? inFile.interleaved(copies) : inFile;
        kernels = Kernels.best();
        pageKernels = PageKernels.of(kernels);
        workers = new Workers(threads);
        forward = new ForwardPass(model, kernels, workers);
        batchStep = new BatchStep(forward);
    }

    private static boolean interleaves(GgufFile file, Llama inFile) {
        String asked = System.getProperty(INTERLEAVE_PROPERTY);
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        boolean fits = file.tensorBytes() + inFile.interleavedBytes() < machine.getTotalMemorySize() / 4 * 3;
        return InterleavedRows.areUsable() && (asked == null ? fits : Boolean.parseBoolean(asked));
    }

    /// Why no kernels are C though [#NATIVE_PROPERTY] asked for it.
    public static Optional<String> missingNative() {
        return NativeLibrary.missing();
    }

    /// Opens and checks a GGUF model.
    ///
    /// @param threads threads that compute, the caller's included
    /// @throws GgufException if the file cannot be used
    public static Engine open(Path model, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive: " + threads);
        }
        GgufFile file = GgufFile.open(model);
        try {
            return new Engine(file, threads);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// The model's shape.
    public ModelShape shape() {
        return model.shape();
    }

    /// The model's tokenizer.
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /// The open file, for its metadata.
    public GgufFile file() {
        return file;
    }

    /// What the arithmetic runs on: one line for people.
    public String kernels() {
        return kernels.description();
    }

    /// Bytes per second that the threads read when they do nothing else: what decoding is limited by.
    public double readBytesPerSecond() {
        return ReadBandwidth.bytesPerSecond(workers);
    }

    /// Bytes of weights that one decode step reads.
    public long weightBytesPerStep() {
        return model.weightBytesPerStep();
    }

    /// Bytes of the copies of weights that were made at opening: see [#INTERLEAVE_PROPERTY].
    public long weightCopyBytes() {
        return model.copyBytes();
    }

    /// Starts a session with an empty cache.
    ///
    /// @throws IllegalArgumentException if the options do not fit the model: a context beyond its training, a head map
    ///     of another shape
    public Session session(SessionOptions options) {
        return new Session(this, options);
    }

    /// Starts a session with the cache that [Session#save] wrote: it goes on as the saved one would have, to the last
    /// bit.
    ///
    /// @throws SavedCacheException if the file is damaged, or was saved over another model or with other options
    /// @throws IllegalArgumentException if the options do not fit the model
    public Session restore(Path path, SessionOptions options) throws IOException {
        Session session = session(options);
        try {
            session.load(path);
            return session;
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /// Appends one token to each of several sessions of this engine in one pass over the weights: what [Session#step]
    /// does one by one, to the last bit, in little more time than one of them takes while the weights decide it.
    ///
    /// @param tokens one per session
    /// @throws IllegalArgumentException if a session is of another engine or named twice, or a token does not fit
    public void step(List<Session> sessions, int[] tokens) {
        if (sessions.size() != tokens.length || !areDifferent(sessions)) {
            throw new IllegalArgumentException(
                    "a step takes one token for each of several different sessions: %d sessions, %d tokens"
                            .formatted(sessions.size(), tokens.length));
        }
        for (int t = 0; t < tokens.length; t++) {
            if (sessions.get(t).engine() != this) {
                throw new IllegalArgumentException("session %d is of another engine".formatted(t));
            }
        }
        batchStep.run(sessions, tokens);
    }

    private static boolean areDifferent(List<Session> sessions) {
        for (int i = 1; i < sessions.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (sessions.get(i) == sessions.get(j)) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Answers `prompt` in a session of its own. Special tokens in the prompt's text are recognised.
    public Generation generate(
            String prompt, SessionOptions session, GenerationOptions options, GenerationListener listener) {
        int[] tokens = tokenizer.encodePrompt(prompt);
        try (Session fresh = session(session)) {
            return fresh.generate(tokens, options, listener);
        }
    }

    ModelAttention modelAttention() {
        return model.attention();
    }

    Workers workers() {
        return workers;
    }

    PageKernels pageKernels() {
        return pageKernels;
    }

    ForwardPass forward() {
        return forward;
    }

    /// Stops the threads and unmaps the file. Sessions must not be used afterwards.
    @Override
    public void close() {
        workers.close();
        copies.close();
        file.close();
    }
}

package h2eal.runtime.chat;

/// A conversation that cannot become a prompt: no one is there to render it, the model has no template, or the template
/// refuses. The message is one line.
public final class ChatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// The problem `problem`, whose line breaks become spaces.
    public ChatException(String problem) {
        super("chat template: " + problem.replaceAll("\\s+", " ").strip());
    }
}

package h2eal.chat;

/// A conversation that a template refuses, or a template that cannot be rendered. The message is one line.
public final class ChatTemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ChatTemplateException(String problem) {
        super("chat template: " + problem.replaceAll("\\s+", " ").strip());
    }
}

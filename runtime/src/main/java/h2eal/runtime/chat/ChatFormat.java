package h2eal.runtime.chat;

import h2eal.runtime.Engine;
import java.util.List;
import java.util.ServiceLoader;

/// Turns a conversation into the prompt that a model was trained on. The module `h2eal.chat` provides it; it is
/// optional, because its template library is large.
@FunctionalInterface
public interface ChatFormat {

    /// The tokens of the prompt for `messages`, up to where the assistant's next answer begins. Texts of control tokens
    /// are recognised in the template, and are plain text inside messages.
    ///
    /// @throws ChatException if the model's file has no template, or the template refuses the conversation
    int[] prompt(Engine engine, List<ChatMessage> messages);

    /// The format that is installed.
    ///
    /// @throws ChatException if none is
    static ChatFormat installed() {
        return ServiceLoader.load(ChatFormat.class)
                .findFirst()
                .orElseThrow(() -> new ChatException("the optional module h2eal.chat is not installed"));
    }
}

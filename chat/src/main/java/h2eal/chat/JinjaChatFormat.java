package h2eal.chat;

import h2eal.runtime.Engine;
import h2eal.runtime.chat.ChatException;
import h2eal.runtime.chat.ChatFormat;
import h2eal.runtime.chat.ChatMessage;
import java.util.List;

/// Renders the template in the model's own file.
public final class JinjaChatFormat implements ChatFormat {

    /// A format without state; called by the service loader.
    public JinjaChatFormat() {}

    @Override
    public int[] prompt(Engine engine, List<ChatMessage> messages) {
        ChatTemplate template = ChatTemplate.of(engine)
                .orElseThrow(() -> new ChatException(
                        "%s has none (metadata key %s)".formatted(engine.file().name(), ChatTemplate.KEY)));
        return template.tokens(engine.tokenizer(), messages, true);
    }
}

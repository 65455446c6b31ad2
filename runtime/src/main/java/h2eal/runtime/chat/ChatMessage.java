package h2eal.runtime.chat;

import java.util.Objects;

/// One message of a conversation.
///
/// @param role who speaks: `system`, `user` or `assistant` in most templates
public record ChatMessage(String role, String content) {

    public ChatMessage {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
    }
}

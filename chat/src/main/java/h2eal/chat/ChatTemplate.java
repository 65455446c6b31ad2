package h2eal.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import h2eal.runtime.Engine;
import h2eal.runtime.chat.ChatException;
import h2eal.runtime.chat.ChatMessage;
import h2eal.runtime.text.Tokenizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import jinjava.javax.el.CompositeELResolver;

/// A model's chat template: how a conversation becomes the prompt the model was trained on. Templates are Jinja as
/// Hugging Face renders it (blocks trimmed, `raise_exception` and Python's string methods at hand).
public final class ChatTemplate {

    static final String KEY = "tokenizer.chat_template";
    private static final int LONGEST_CAUSE = 300;
    private static final int FIRST_GUARD = 0xFDD0;
    private static final int LAST_GUARD = 0xFDEF;

    private static final Jinjava JINJA = jinja();

    private final String template;
    private final String beginText;
    private final String endText;

    /// A template and the texts of the model's begin and end tokens, which templates refer to.
    public ChatTemplate(String template, String beginText, String endText) {
        this.template = JinjaDialect.adapted(Objects.requireNonNull(template, "template"));
        this.beginText = Objects.requireNonNull(beginText, "beginText");
        this.endText = Objects.requireNonNull(endText, "endText");
    }

    /// The template in a model's file, if it has one.
    public static Optional<ChatTemplate> of(Engine engine) {
        Tokenizer tokenizer = engine.tokenizer();
        return engine.file()
                .metadata()
                .text(KEY)
                .map(template -> new ChatTemplate(
                        template,
                        rawText(tokenizer, tokenizer.beginToken()),
                        rawText(tokenizer, tokenizer.endToken())));
    }

    private static String rawText(Tokenizer tokenizer, OptionalInt token) {
        return token.isPresent() ? tokenizer.rawText(token.getAsInt()) : "";
    }

    private static Jinjava jinja() {
        CompositeELResolver resolver = new CompositeELResolver();
        resolver.add(new PythonMethods());
        resolver.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
        Jinjava jinja = new Jinjava(JinjavaConfig.newBuilder()
                .withElResolver(resolver)
                // What people write must never be rendered as a template.
                .withNestedInterpretationEnabled(false)
                .withLegacyOverrides(LegacyOverrides.newBuilder()
                        .withEvaluateMapKeys(true)
                        .withUsePyishObjectMapper(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .withKeepNullableLoopValues(true)
                        .build())
                .build());
        jinja.getGlobalContext()
                .registerFunction(
                        new ELFunctionDefinition("", "raise_exception", JinjaDialect.class, "refuse", String.class));
        return jinja;
    }

    /// The prompt for `messages`.
    ///
    /// @param promptAnswer whether the prompt ends where the assistant's next answer begins
    /// @throws ChatException if the template refuses the conversation or uses what is not supported
    public String render(List<ChatMessage> messages, boolean promptAnswer) {
        Map<String, Object> values = new HashMap<>();
        values.put(
                "messages",
                messages.stream()
                        .map(message -> Map.of("role", message.role(), "content", message.content()))
                        .toList());
        values.put("bos_token", beginText);
        values.put("eos_token", endText);
        values.put("add_generation_prompt", promptAnswer);
        RenderResult result = JINJA.renderForResult(template, values);
        if (!result.getErrors().isEmpty()) {
            throw new ChatException(cause(result.getErrors().getFirst()));
        }
        return result.getOutput();
    }

    /// The tokens of the prompt for `messages`, the begin token exactly once. What messages say is plain text: the text
    /// of a control token in it is not that token, so that no one can speak for another.
    public int[] tokens(Tokenizer tokenizer, List<ChatMessage> messages, boolean promptAnswer) {
        char guard = guard(messages);
        List<ChatMessage> guarded = messages.stream()
                .map(message -> new ChatMessage(message.role(), tokenizer.guarded(message.content(), guard)))
                .toList();
        int[] tokens = tokenizer.encodePrompt(render(guarded, promptAnswer), guard);
        OptionalInt begin = tokenizer.beginToken();
        boolean twice = tokens.length > 1
                && begin.isPresent()
                && tokens[0] == begin.getAsInt()
                && tokens[1] == begin.getAsInt();
        return twice ? Arrays.copyOfRange(tokens, 1, tokens.length) : tokens;
    }

    /// A character that Unicode reserves for uses like this, and none of the messages has.
    private static char guard(List<ChatMessage> messages) {
        return (char) IntStream.rangeClosed(FIRST_GUARD, LAST_GUARD)
                .filter(guard -> messages.stream().noneMatch(m -> m.content().indexOf(guard) >= 0))
                .findFirst()
                .orElseThrow(() -> new ChatException("the messages use all of the characters U+FDD0 to U+FDEF"));
    }

    private static String cause(TemplateError error) {
        Throwable deepest = error.getException();
        while (deepest != null && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest instanceof JinjaDialect.Refusal ? deepest.getMessage() : error.getMessage();
        return message.length() <= LONGEST_CAUSE ? message : message.substring(0, LONGEST_CAUSE) + "...";
    }
}

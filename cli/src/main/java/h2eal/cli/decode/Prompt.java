package h2eal.cli.decode;

import h2eal.cli.console.TextFile;
import h2eal.runtime.Engine;
import h2eal.runtime.chat.ChatFormat;
import h2eal.runtime.chat.ChatMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// The flags `--prompt`, `--prompt-file` and `--chat`, of which one is given.
final class Prompt {

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "The text to continue.")
    private String text;

    @Option(names = "--prompt-file", required = true, paramLabel = "FILE", description = "A file that holds it.")
    private Path file;

    @Option(
            names = "--chat",
            required = true,
            paramLabel = "TEXT",
            description = "A message to answer, put into the model's own chat template.")
    private String message;

    /// Whether it is a message to answer rather than a text to continue.
    boolean isChat() {
        return message != null;
    }

    /// The prompt's tokens.
    ///
    /// @param system what a chat tells the model beforehand
    /// @param goesOn whether it follows an earlier text, and so does not begin with the begin token
    int[] tokens(Engine engine, Optional<String> system, boolean goesOn) throws IOException {
        int[] tokens = isChat()
                ? ChatFormat.installed().prompt(engine, messages(system))
                : engine.tokenizer().encodePrompt(text == null ? TextFile.read(file) : text);
        OptionalInt begin = engine.tokenizer().beginToken();
        boolean begins = begin.isPresent() && tokens.length > 0 && tokens[0] == begin.getAsInt();
        return goesOn && begins ? Arrays.copyOfRange(tokens, 1, tokens.length) : tokens;
    }

    private List<ChatMessage> messages(Optional<String> system) {
        return Stream.concat(
                        system.stream().map(told -> new ChatMessage("system", told)),
                        Stream.of(new ChatMessage("user", message)))
                .toList();
    }
}

package h2eal.runtime;

import h2eal.runtime.text.TextStream;
import java.util.List;

/// The text of an answer as it grows, up to the first stop text. Text that may turn out to begin a stop text is held
/// back until that is decided.
final class Answer {

    private final TextStream stream = new TextStream();
    private final StringBuilder text = new StringBuilder();
    private final List<String> stopTexts;
    private int handedOut;
    private boolean stopped;

    Answer(List<String> stopTexts) {
        this.stopTexts = stopTexts;
    }

    /// Takes in the bytes of one more token and returns the text that is now certain.
    String append(byte[] bytes) {
        text.append(stream.append(bytes));
        stopTexts.stream()
                .mapToInt(stop -> text.indexOf(stop, handedOut))
                .filter(at -> at >= 0)
                .min()
                .ifPresent(at -> {
                    text.setLength(at);
                    stopped = true;
                });
        return handOut(stopped ? text.length() : text.length() - undecided());
    }

    /// Ends the answer and returns the text that was held back.
    String end() {
        if (!stopped) {
            text.append(stream.end());
        }
        return handOut(text.length());
    }

    /// Whether a stop text has appeared.
    boolean isStopped() {
        return stopped;
    }

    /// All of the answer.
    String text() {
        return text.toString();
    }

    /// Length of the longest end of the text that begins a stop text.
    private int undecided() {
        int longest = 0;
        for (String stop : stopTexts) {
            for (int length = Math.min(stop.length() - 1, text.length()); length > longest; length--) {
                if (stop.startsWith(text.substring(text.length() - length))) {
                    longest = length;
                }
            }
        }
        return longest;
    }

    private String handOut(int end) {
        String piece = text.substring(handedOut, Math.max(handedOut, end));
        handedOut = Math.max(handedOut, end);
        return piece;
    }
}

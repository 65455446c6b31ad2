package h2eal.runtime.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Turns a stream of bytes into text, character by character: tokens may end in the middle of a character.
public final class TextStream {

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    /// The bytes of a character that is not complete yet.
    private byte[] pending = {};

    /// A stream without bytes.
    public TextStream() {}

    /// The characters that `bytes` complete.
    public String append(byte[] bytes) {
        return decode(bytes, false);
    }

    /// Ends the stream: what is left of an incomplete character becomes U+FFFD.
    public String end() {
        return decode(new byte[0], true);
    }

    private String decode(byte[] bytes, boolean last) {
        byte[] all = Arrays.copyOf(pending, pending.length + bytes.length);
        System.arraycopy(bytes, 0, all, pending.length, bytes.length);
        ByteBuffer in = ByteBuffer.wrap(all);
        CharBuffer out = CharBuffer.allocate(all.length + 1);
        decoder.decode(in, out, last);
        if (last) {
            decoder.flush(out);
            decoder.reset();
        }
        pending = Arrays.copyOfRange(all, in.position(), all.length);
        return out.flip().toString();
    }
}

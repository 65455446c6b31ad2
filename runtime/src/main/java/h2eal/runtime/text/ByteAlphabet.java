package h2eal.runtime.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The alphabet of byte-level BPE (GPT-2): one printable character for each of the 256 bytes. Printable Latin-1
/// characters stand for themselves, the others for the characters from U+0100 on, in order.
final class ByteAlphabet {

    private static final char[] CHARACTERS = new char[256];
    private static final int[] BYTES = new int[512];
    private static final int NONE = 256;

    static {
        Arrays.fill(BYTES, NONE);
        int moved = 0;
        for (int value = 0; value < 256; value++) {
            boolean printable = value >= '!' && value <= '~' || value >= 0xA1 && value != 0xAD;
            CHARACTERS[value] = (char) (printable ? value : 256 + moved++);
            BYTES[CHARACTERS[value]] = value;
        }
    }

    private ByteAlphabet() {}

    /// The character that stands for the byte `value`.
    static String letter(int value) {
        return String.valueOf(CHARACTERS[value]);
    }

    /// The UTF-8 bytes of `text`, one character each.
    static String encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder encoded = new StringBuilder(bytes.length);
        for (byte value : bytes) {
            encoded.append(CHARACTERS[value & 0xFF]);
        }
        return encoded.toString();
    }

    /// The bytes that `encoded` stands for; characters outside the alphabet stand for their own UTF-8 bytes.
    static byte[] decode(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        encoded.codePoints().forEach(character -> {
            if (character < BYTES.length && BYTES[character] != NONE) {
                bytes.write(BYTES[character]);
            } else {
                bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}

package h2eal.lab.cache;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;

/// One finished result as a line of a cache file: `checksum {"key":"...","value":...}`. The checksum covers the rest of
/// the line, so a line that was cut by a kill or damaged on disk is recognised.
///
/// @param key content hash of everything the result depends on
/// @param value the result as JSON on one line
record CacheLine(String key, String value) {

    private static final int CHECKSUM_DIGITS = 8;
    private static final int KEY_DIGITS = 64;
    private static final String BEFORE_KEY = " {\"key\":\"";
    private static final String BEFORE_VALUE = "\",\"value\":";
    private static final int VALUE_START = CHECKSUM_DIGITS + BEFORE_KEY.length() + KEY_DIGITS + BEFORE_VALUE.length();

    CacheLine {
        Objects.requireNonNull(key, "key");
        if (key.length() != KEY_DIGITS || value.contains("\n")) {
            throw new IllegalArgumentException("a key has %d digits, a value is one line".formatted(KEY_DIGITS));
        }
    }

    /// The line without its line break.
    String text() {
        String rest = BEFORE_KEY + key + BEFORE_VALUE + value + "}";
        return checksum(rest) + rest;
    }

    /// The line that `text` is, or nothing if it is damaged.
    static Optional<CacheLine> parse(String text) {
        if (text.length() <= VALUE_START
                || !text.endsWith("}")
                || !text.startsWith(checksum(text.substring(CHECKSUM_DIGITS)))
                || !text.startsWith(BEFORE_KEY, CHECKSUM_DIGITS)) {
            return Optional.empty();
        }
        int key = CHECKSUM_DIGITS + BEFORE_KEY.length();
        return Optional.of(
                new CacheLine(text.substring(key, key + KEY_DIGITS), text.substring(VALUE_START, text.length() - 1)));
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return "%08x".formatted(crc.getValue());
    }
}

package h2eal.lab.cache;

import h2eal.lab.yaml.YamlNode;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.lab.yaml.YamlNode.Items;
import h2eal.lab.yaml.YamlNode.Scalar;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// SHA-256 of contents, in hexadecimal.
public final class ContentHash {

    private ContentHash() {}

    /// The hash of a text.
    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The hash of bytes.
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    /// The hash of a file's bytes, however large it is.
    public static String of(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream bytes = new DigestInputStream(Files.newInputStream(file), digest)) {
            bytes.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }

    /// What a YAML node says, whatever the order of its keys and wherever it was written.
    public static String canonical(YamlNode node) {
        return switch (node) {
            case Scalar scalar -> quoted(scalar.text());
            case Items items ->
                items.items().stream().map(ContentHash::canonical).collect(Collectors.joining(",", "[", "]"));
            case Block block ->
                new TreeMap<>(block.fields())
                        .entrySet().stream()
                                .map((Map.Entry<String, YamlNode> field) ->
                                        quoted(field.getKey()) + ":" + canonical(field.getValue()))
                                .collect(Collectors.joining(",", "{", "}"));
        };
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

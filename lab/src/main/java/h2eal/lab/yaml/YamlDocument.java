package h2eal.lab.yaml;

import h2eal.lab.yaml.YamlNode.Block;
import h2eal.lab.yaml.YamlNode.Items;
import h2eal.lab.yaml.YamlNode.Scalar;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;

/// Reads one YAML document into a [Block] whose nodes know their lines. Keys may not repeat.
public final class YamlDocument {

    private static final YAMLFactory YAML = YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final String file;
    private final JsonParser parser;

    private YamlDocument(String file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /// The document of a file.
    ///
    /// @throws SpecException if it cannot be read, is not YAML, or is not a block of keys
    public static Block read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (NoSuchFileException missing) {
            throw new SpecException(file + ": no such file");
        } catch (CharacterCodingException binary) {
            throw new SpecException(file + ": not a text file (UTF-8)");
        } catch (IOException failure) {
            throw new SpecException("%s: cannot be read: %s".formatted(file, failure.getMessage()));
        }
    }

    /// The document written in `text`; `file` names it in errors.
    public static Block parse(String file, String text) {
        try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), text)) {
            YamlDocument document = new YamlDocument(file, parser);
            if (parser.nextToken() == null) {
                throw new SpecException(file + ": is empty");
            }
            YamlNode root = document.node();
            if (root instanceof Block block) {
                return block;
            }
            throw new SpecException(root.place(), "expected keys and values");
        } catch (JacksonException malformed) {
            int line = malformed.getLocation() == null
                    ? 1
                    : malformed.getLocation().getLineNr();
            String reason = malformed.getOriginalMessage().lines().findFirst().orElse("not YAML");
            throw new SpecException(new Place(file, Math.max(line, 1)), reason);
        }
    }

    private YamlNode node() {
        Place place = new Place(file, parser.currentTokenLocation().getLineNr());
        return switch (parser.currentToken()) {
            case START_OBJECT -> block(place);
            case START_ARRAY -> items(place);
            case VALUE_NULL -> throw new SpecException(place, "a value is missing");
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
                new Scalar(place, parser.getString().strip());
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new SpecException(place, "unexpected " + parser.currentToken());
        };
    }

    private Block block(Place place) {
        Map<String, YamlNode> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            fields.put(key, node());
        }
        return new Block(place, fields);
    }

    private Items items(Place place) {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node());
        }
        if (items.isEmpty()) {
            throw new SpecException(place, "a list needs at least one value");
        }
        return new Items(place, items);
    }
}

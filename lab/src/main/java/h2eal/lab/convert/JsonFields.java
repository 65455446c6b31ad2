package h2eal.lab.convert;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An object of a JSON file. Every typed look-up fails with an error that names the file, the field and the value when
/// the value has another type; null counts as absent.
///
/// @param path where the object lies in the file; empty for the whole
record JsonFields(Path file, String path, JsonNode node) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_VALUE = 60;

    JsonFields {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(node, "node");
    }

    static JsonFields read(Path file) throws IOException {
        try {
            return parse(file, Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new ConvertException(file, "contents", "is not text in UTF-8");
        }
    }

    static JsonFields parse(Path file, String text) {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JacksonException e) {
            throw new ConvertException(
                    file, "line " + e.getLocation().getLineNr(), "is not JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw new ConvertException(file, "contents", "must be a JSON object");
        }
        return new JsonFields(file, "", node);
    }

    private Optional<JsonNode> find(String key) {
        JsonNode value = node.get(key);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    boolean has(String key) {
        return find(key).isPresent();
    }

    Optional<JsonFields> object(String key) {
        return find(key).map(value -> {
            if (!value.isObject()) {
                throw invalid(key, "must be an object: " + shown(value));
            }
            return new JsonFields(file, path + key + ".", value);
        });
    }

    JsonFields requireObject(String key) {
        return object(key).orElseThrow(() -> missing(key));
    }

    Optional<String> text(String key) {
        return find(key).map(value -> {
            if (!value.isString()) {
                throw invalid(key, "must be a text: " + shown(value));
            }
            return value.asString();
        });
    }

    OptionalInt integer(String key) {
        return find(key).map(value -> OptionalInt.of(integer(key, value))).orElse(OptionalInt.empty());
    }

    private int integer(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
            throw invalid(key, "must be a whole number from 0: " + shown(value));
        }
        return value.asInt();
    }

    int requirePositive(String key) {
        int value = integer(key).orElseThrow(() -> missing(key));
        if (value < 1) {
            throw invalid(key, "must be positive: " + value);
        }
        return value;
    }

    OptionalDouble real(String key) {
        return find(key)
                .map(value -> {
                    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
                        throw invalid(key, "must be a number: " + shown(value));
                    }
                    return OptionalDouble.of(value.asDouble());
                })
                .orElse(OptionalDouble.empty());
    }

    boolean flag(String key) {
        return find(key).map(JsonNode::booleanValue).orElse(false);
    }

    /// The whole numbers under `key`: one alone or an array.
    List<Integer> integers(String key) {
        List<Integer> numbers = new ArrayList<>();
        find(key).ifPresent(value -> {
            if (value.isArray()) {
                value.forEach(element -> numbers.add(integer(key, element)));
            } else {
                numbers.add(integer(key, value));
            }
        });
        return numbers;
    }

    /// The elements of the array under `key`; none when there is no such key.
    List<JsonNode> elements(String key) {
        List<JsonNode> elements = new ArrayList<>();
        find(key).ifPresent(value -> {
            if (!value.isArray()) {
                throw invalid(key, "must be an array: " + shown(value));
            }
            value.forEach(elements::add);
        });
        return elements;
    }

    float[] reals(String key) {
        List<JsonNode> elements = elements(key);
        float[] numbers = new float[elements.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!elements.get(i).isNumber()) {
                throw invalid(key, "must hold numbers: " + shown(elements.get(i)));
            }
            numbers[i] = (float) elements.get(i).asDouble();
        }
        return numbers;
    }

    ConvertException missing(String key) {
        return invalid(key, "is missing");
    }

    ConvertException invalid(String key, String problem) {
        return new ConvertException(file, path + key, problem);
    }

    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    }
}

package h2eal.lab.result;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Results as JSON on one line, and back.
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Json() {}

    /// A record as JSON on one line.
    public static String line(Object result) {
        return MAPPER.writeValueAsString(result);
    }

    /// The record that [#line] wrote.
    public static <T> T read(String line, Class<T> type) {
        return MAPPER.readValue(line, type);
    }
}

package h2eal.runtime.golden;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The model files in `data/models` and what llama.cpp computed with them.
public final class Golden {

    /// Folder of the shipped model files; Maven starts tests in the folder of their module.
    public static final Path MODELS = Path.of("../data/models");

    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNode GENERATED =
            JSON.readTree(MODELS.resolve("generated/golden.json").toFile());
    private static final List<JsonNode> DEMO_CASES = list(
            JSON.readTree(MODELS.resolve("h2eal-demo.golden.json").toFile()).get("cases"));

    private Golden() {}

    /// What llama.cpp says of one generated file.
    public static JsonNode ofGenerated(String file) {
        return GENERATED.get(file);
    }

    /// The 25 prompts of the demo model.
    public static List<JsonNode> demoCases() {
        return DEMO_CASES;
    }

    /// The elements of an array.
    public static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    /// An array of whole numbers.
    public static int[] ints(JsonNode array) {
        return list(array).stream().mapToInt(JsonNode::asInt).toArray();
    }

    /// An array of numbers.
    public static float[] floats(JsonNode array) {
        float[] numbers = new float[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) array.get(i).asDouble();
        }
        return numbers;
    }
}

package h2eal.runtime.llama;

import java.util.LinkedHashMap;
import java.util.Map;

/// The small models whose logits llama.cpp computed, by the names in `llama-cpp.json`.
final class PeerModels {

    /// Tokens the logits follow.
    static final int[] TOKENS = {3, 36, 0, 7, 7, 21, 12, 30, 1, 19, 4, 33, 8, 8, 25, 2, 16, 5, 9, 11, 28};

    private PeerModels() {}

    static Map<String, SmallModel> all() {
        Map<String, SmallModel> models = new LinkedHashMap<>();
        models.put("llama", llama());
        models.put("llama-linear", llama().scaling("linear", 4));
        models.put("llama-factors", llama().ropeFactors(1, 1, 2.5f, 7, 8));
        models.put("llama-yarn", llama().scaling("yarn", 4).number("rope.scaling.original_context_length", 50));
        models.put("qwen2", square("qwen2").weights(true, false, true));
        models.put("qwen3", new SmallModel("qwen3").weights(false, true, false));
        models.put("phi3", square("phi3").number("rope.dimension_count", 8).weights(false, false, false));
        models.put("phi3-short", longRope(512));
        models.put("phi3-long", longRope(50));
        models.put("gemma2", windowed(new SmallModel("gemma2", 3)).weights(false, false, true));
        models.put(
                "gemma3",
                windowed(new SmallModel("gemma3", 7)).scaling("linear", 8).weights(false, true, true));
        return models;
    }

    private static SmallModel llama() {
        return new SmallModel("llama").weights(false, false, false);
    }

    private static SmallModel longRope(int trainedContext) {
        return square("phi3")
                .text("phi3.rope.scaling.type", "longrope")
                .number("context_length", 1024)
                .number("rope.scaling.original_context_length", trainedContext)
                .real("rope.scaling.attn_factor", 1.19)
                .factors("rope_factors_short.weight", 1, 1.1f, 1.2f, 1.5f, 2)
                .factors("rope_factors_long.weight", 1, 2, 5, 9, 16)
                .weights(false, false, false);
    }

    /// As wide as its query heads together, which llama.cpp wants of some families.
    private static SmallModel square(String architecture) {
        return new SmallModel(architecture, 2, SmallModel.QUERY_HEADS * SmallModel.HEAD_SIZE);
    }

    private static SmallModel windowed(SmallModel model) {
        return model.number("attention.sliding_window", 9);
    }
}

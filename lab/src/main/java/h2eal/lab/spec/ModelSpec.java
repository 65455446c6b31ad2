package h2eal.lab.spec;

import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.Unit;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.model.ModelShape;
import h2eal.model.Precision;

/// Reads a `model:` block.
public final class ModelSpec {

    private ModelSpec() {}

    /// The model a complete block describes.
    public static Model model(Block block) {
        Fields fields = Fields.of(
                block,
                Kind.MODEL.word(),
                "name",
                "layers",
                "width",
                "queryHeads",
                "kvHeads",
                "headSize",
                "ffnWidth",
                "vocabulary",
                "experts",
                "activeExperts",
                "tiedOutput",
                "maxContext",
                "weights",
                "kv",
                "gates",
                "copyScores");
        ModelShape shape = fields.build(() -> shape(fields));
        return new Model(
                shape,
                fields.choice("weights", Precision.class),
                fields.choice("kv", Precision.class),
                fields.file("gates"),
                fields.file("copyScores"));
    }

    private static ModelShape shape(Fields fields) {
        return new ModelShape(
                fields.text("name"),
                fields.integer("layers", 1),
                fields.integer("width", 1),
                fields.integer("queryHeads", 1),
                fields.integer("kvHeads", 1),
                fields.integer("headSize", 1),
                fields.integer("ffnWidth", 1),
                fields.integer("vocabulary", 1),
                fields.has("experts") ? fields.integer("experts", 1) : 1,
                fields.has("activeExperts") ? fields.integer("activeExperts", 1) : 1,
                fields.flag("tiedOutput"),
                fields.wholeInt("maxContext", Unit.TOKENS));
    }
}

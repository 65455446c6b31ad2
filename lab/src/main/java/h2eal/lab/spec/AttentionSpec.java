package h2eal.lab.spec;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.Unit;
import h2eal.lab.yaml.YamlNode.Block;

/// Reads an `attention:` block.
public final class AttentionSpec {

    private static final String ALL = "all";

    private AttentionSpec() {}

    /// The attention a complete block describes. `budgetTokens: all` reads everything, as dense heads do.
    public static Attention attention(Block block) {
        Fields fields = Fields.of(
                block,
                Kind.ATTENTION.word(),
                "name",
                "streamingShare",
                "sinkTokens",
                "windowTokens",
                "pageTokens",
                "summaryTokens",
                "budgetTokens",
                "score",
                "groupRule",
                "refreshInterval",
                "denseLayers",
                "compensation");
        return fields.build(() -> new Attention(
                fields.text("name"),
                new HybridAttention(
                        new PageGeometry(fields.integer("pageTokens", 1), fields.integer("summaryTokens", 1)),
                        new HeadPattern.Streaming(fields.integer("sinkTokens", 0), fields.integer("windowTokens", 1)),
                        new HeadPattern.Retrieval(budget(fields)),
                        fields.choice("score", SummaryScore.class),
                        fields.choice("groupRule", GroupRule.class),
                        fields.integer("refreshInterval", 1),
                        fields.integer("denseLayers", 0),
                        fields.flag("compensation")),
                fields.number("streamingShare", 0, 1)));
    }

    private static int budget(Fields fields) {
        return fields.text("budgetTokens").equals(ALL)
                ? HeadPattern.Retrieval.UNLIMITED
                : fields.wholeInt("budgetTokens", Unit.TOKENS);
    }
}

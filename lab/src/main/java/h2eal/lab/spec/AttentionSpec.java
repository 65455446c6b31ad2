package h2eal.lab.spec;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryPrecision;
import h2eal.attention.SummaryScore;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.Unit;
import h2eal.lab.yaml.YamlNode.Block;
import java.util.OptionalInt;

/// Reads an `attention:` block.
public final class AttentionSpec {

    private static final String ALL = "all";

    private AttentionSpec() {}

    /// The attention a complete block describes. `budgetTokens: all` reads everything, as dense heads do. Optional
    /// keys: `budgetDivisor` lets the budget grow with the context, `massTarget` with `capTokens` reads pages until
    /// they hold a share of the attention, `forcedSinkTokens` says which sink retrieval heads always read (default:
    /// `sinkTokens`), `banks` balances selections over banks, `exactScores` ranks pages by an oracle, `budgetByGate`
    /// divides the budget among heads, `shareFromHeads` follows a head file that advises a smaller streaming share,
    /// `forcedHeads` says how many copy heads never stream, `summaryPrecision` says how summaries are stored,
    /// `verticalSlashTokens` lets queries of a prefill look along vertical and slash lines.
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
                "budgetDivisor",
                "massTarget",
                "capTokens",
                "forcedSinkTokens",
                "score",
                "groupRule",
                "refreshInterval",
                "denseLayers",
                "compensation",
                "banks",
                "exactScores",
                "budgetRatio",
                "shareFromHeads",
                "forcedHeads",
                "summaryPrecision",
                "verticalSlashTokens");
        return fields.build(() -> new Attention(
                fields.text("name"),
                new HybridAttention(
                        new PageGeometry(fields.integer("pageTokens", 1), fields.integer("summaryTokens", 1)),
                        new HeadPattern.Streaming(fields.integer("sinkTokens", 0), fields.integer("windowTokens", 1)),
                        new HeadPattern.Retrieval(
                                budget(fields),
                                forcedSinkTokens(fields),
                                fields.has("banks") ? fields.integer("banks", 1) : 1),
                        fields.choice("score", SummaryScore.class),
                        fields.choice("groupRule", GroupRule.class),
                        fields.integer("refreshInterval", 1),
                        fields.integer("denseLayers", 0),
                        fields.flag("compensation"),
                        fields.has("exactScores") && fields.flag("exactScores"),
                        fields.has("summaryPrecision")
                                ? fields.choice("summaryPrecision", SummaryPrecision.class)
                                : SummaryPrecision.CACHE,
                        fields.has("verticalSlashTokens")
                                ? OptionalInt.of(fields.wholeInt("verticalSlashTokens", Unit.TOKENS))
                                : OptionalInt.empty()),
                fields.number("streamingShare", 0, 1),
                fields.has("shareFromHeads") && fields.flag("shareFromHeads"),
                fields.has("budgetRatio") ? fields.number("budgetRatio", 1, 1024) : 1,
                fields.has("forcedHeads") ? OptionalInt.of(fields.integer("forcedHeads", 0)) : OptionalInt.empty()));
    }

    private static Budget budget(Fields fields) {
        int tokens = fields.text("budgetTokens").equals(ALL)
                ? HeadPattern.Retrieval.UNLIMITED
                : fields.wholeInt("budgetTokens", Unit.TOKENS);
        if (fields.has("massTarget")) {
            if (fields.has("budgetDivisor")) {
                throw fields.wrong("budgetDivisor", "expected budgetDivisor or massTarget, not both");
            }
            int capTokens = fields.wholeInt("capTokens", Unit.TOKENS);
            return new Budget.MassTarget(fields.number("massTarget", 0, 1), tokens, capTokens);
        }
        if (fields.has("capTokens")) {
            throw fields.wrong("capTokens", "expected only beside massTarget");
        }
        return fields.has("budgetDivisor")
                ? new Budget.Growing(tokens, fields.number("budgetDivisor", 1, 1 << 20))
                : new Budget.Fixed(tokens);
    }

    private static int forcedSinkTokens(Fields fields) {
        return fields.integer(fields.has("forcedSinkTokens") ? "forcedSinkTokens" : "sinkTokens", 0);
    }
}

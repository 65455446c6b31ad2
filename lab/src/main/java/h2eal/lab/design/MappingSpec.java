package h2eal.lab.design;

import h2eal.lab.spec.Kind;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.mapping.balance.Balancers;
import h2eal.mapping.placement.Placements;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// Reads a `mapping:` block.
public final class MappingSpec {

    /// What the system reads: everything, or what the `attention:` block says.
    private static final Map<String, Boolean> READS = Map.of("all", true, "attention", false);

    private static final String BANK_SLACK = "bankSlack";
    private static final double MOST_SLACK = 10;
    private static final String HOT_PAGE_COPIES = "hotPageCopies";

    private MappingSpec() {}

    /// The mapping a complete block describes.
    public static Mapping mapping(Block block) {
        Fields fields = Fields.of(
                block, Kind.MAPPING.word(), "name", "reads", "placement", "balancer", BANK_SLACK, HOT_PAGE_COPIES);
        return new Mapping(
                fields.text("name"),
                fields.choice("reads", READS),
                fields.choice("placement", Placements.byName()),
                fields.choice("balancer", Balancers.byName()),
                fields.has(BANK_SLACK)
                        ? OptionalDouble.of(fields.number(BANK_SLACK, 0, MOST_SLACK))
                        : OptionalDouble.empty(),
                fields.has(HOT_PAGE_COPIES) ? OptionalInt.of(fields.integer(HOT_PAGE_COPIES, 0)) : OptionalInt.empty());
    }
}

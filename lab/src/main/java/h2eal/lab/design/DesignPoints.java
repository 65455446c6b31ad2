package h2eal.lab.design;

import h2eal.attention.Budget;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.hardware.Accelerator;
import h2eal.lab.spec.Attention;
import h2eal.lab.spec.AttentionSpec;
import h2eal.lab.spec.HardwareSpec;
import h2eal.lab.spec.HeadMaps;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Model;
import h2eal.lab.spec.ModelSpec;
import h2eal.lab.spec.Presets;
import h2eal.lab.trace.BudgetTable;
import h2eal.lab.trace.TraceFormat;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.Place;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlNode;
import h2eal.lab.yaml.YamlNode.Block;
import java.util.List;
import java.util.Optional;

/// Reads the five blocks of a spec into a [DesignPoint].
///
/// @param presets where presets are found
public record DesignPoints(Presets presets) {

    private static final String DENSE = "dense";

    /// The spec with every preset's contents in place of its name: what a result is remembered by.
    public Block resolved(Block spec) {
        Fields.of(
                spec,
                "",
                "about",
                "scope",
                Kind.MODEL.word(),
                Kind.HARDWARE.word(),
                Kind.ATTENTION.word(),
                Kind.MAPPING.word(),
                Kind.WORKLOAD.word());
        Block resolved = spec.without("about").without("scope");
        for (Kind kind : new Kind[] {Kind.MODEL, Kind.HARDWARE, Kind.ATTENTION, Kind.MAPPING, Kind.WORKLOAD}) {
            resolved = resolved.with(kind.word(), presets.resolve(kind, required(spec, kind.word())));
        }
        return resolved;
    }

    /// The design point of a resolved spec.
    public DesignPoint point(Block resolved) {
        Model model = ModelSpec.model(block(resolved, Kind.MODEL.word()));
        Accelerator hardware = HardwareSpec.accelerator(block(resolved, Kind.HARDWARE.word()));
        Mapping mapping = MappingSpec.mapping(block(resolved, Kind.MAPPING.word()));
        Attention given = AttentionSpec.attention(block(resolved, Kind.ATTENTION.word()));
        Attention attention = mapping.dense() ? dense() : given;
        Workload workload = WorkloadSpec.workload(
                block(resolved, Kind.WORKLOAD.word()),
                model.shape().layers(),
                attention.hybrid().refreshInterval());
        return new DesignPoint(
                model,
                heads(block(resolved, Kind.MODEL.word()), model, attention, workload),
                mapping.dense() ? attention : budgeted(attention, workload),
                hardware,
                mapping,
                workload);
    }

    /// Which heads retrieve. A trace of a model without gates says what every head read, and so does every foreign one;
    /// nothing is kept from being read again.
    private static HeadMap heads(Block block, Model model, Attention attention, Workload workload) {
        boolean everyHead = workload.trace().isPresent()
                && (model.gates().isEmpty() || workload.trace().get().format() != TraceFormat.H2RT);
        if (everyHead) {
            return HeadMap.allRetrieval(model.shape().layers(), model.shape().kvHeads());
        }
        try {
            return HeadMaps.of(model, attention);
        } catch (SpecException refused) {
            Place place = Optional.ofNullable(block.fields().get("gates"))
                    .map(YamlNode::place)
                    .orElse(block.place());
            throw new SpecException(place, "model.gates: " + refused.getMessage());
        }
    }

    /// The attention with the budgets of a table, rounded up to whole pages: every head, a new selection in every step.
    private static Attention budgeted(Attention attention, Workload workload) {
        if (workload.trace().isEmpty() || workload.trace().get().format() != TraceFormat.STARC) {
            return attention;
        }
        HybridAttention given = attention.hybrid();
        int pageTokens = given.geometry().pageTokens();
        List<Integer> tokens = BudgetTable.read(workload.trace().get().file()).tokens().stream()
                .map(budget -> Math.ceilDiv(budget, pageTokens) * pageTokens)
                .toList();
        return new Attention(
                attention.name(),
                new HybridAttention(
                        given.geometry(),
                        given.streaming(),
                        new HeadPattern.Retrieval(
                                new Budget.PerContext(workload.contextTokens(), tokens),
                                given.retrieval().sinkTokens()),
                        given.score(),
                        given.groupRule(),
                        1,
                        0,
                        false,
                        false,
                        given.summaryPrecision(),
                        given.verticalSlashTokens()),
                0);
    }

    private Attention dense() {
        return AttentionSpec.attention(presets.named(Kind.ATTENTION, DENSE));
    }

    private static Block block(Block spec, String key) {
        if (required(spec, key) instanceof Block block) {
            return block;
        }
        throw new SpecException(required(spec, key).place(), key + ": expected a block of keys");
    }

    private static YamlNode required(Block spec, String key) {
        YamlNode node = spec.fields().get(key);
        if (node == null) {
            throw new SpecException(spec.place(), key + ": missing");
        }
        return node;
    }
}

package h2eal.lab.spec;

import h2eal.hardware.Accelerator;
import h2eal.hardware.BankSpec;
import h2eal.hardware.EnergyTable;
import h2eal.hardware.Mesh;
import h2eal.hardware.NocSpec;
import h2eal.hardware.TileSpec;
import h2eal.lab.yaml.Fields;
import h2eal.lab.yaml.Unit;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.model.Precision;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads a `hardware:` block.
public final class HardwareSpec {

    private static final Pattern MESH = Pattern.compile("([1-9][0-9]{0,2})x([1-9][0-9]{0,2})");
    private static final String[] TYPES =
            Stream.of(Precision.values()).map(Fields::written).toArray(String[]::new);

    private HardwareSpec() {}

    /// The accelerator a complete block describes.
    public static Accelerator accelerator(Block block) {
        Fields fields = Fields.of(
                block, Kind.HARDWARE.word(), "name", "mesh", "logicClock", "powerCap", "tile", "bank", "noc", "energy");
        Mesh mesh = mesh(fields);
        TileSpec tile = tile(fields);
        BankSpec bank = TimingSpec.hardwareBank(fields.block(
                "bank", "capacity", "row", "pins", "pinRate", "burstCycles", "subBanks", "timing", "refresh"));
        NocSpec noc = noc(fields);
        EnergyTable energy = energy(fields);
        return fields.build(() -> new Accelerator(
                fields.text("name"),
                fields.quantity("logicClock", Unit.GIGAHERTZ),
                mesh,
                tile,
                bank,
                noc,
                energy,
                fields.quantity("powerCap", Unit.WATTS)));
    }

    private static Mesh mesh(Fields fields) {
        Matcher matcher = MESH.matcher(fields.text("mesh"));
        if (!matcher.matches()) {
            throw fields.wrong("mesh", "expected rows x columns such as 8x8");
        }
        return new Mesh(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    private static TileSpec tile(Fields hardware) {
        Fields tile = hardware.block(
                "tile",
                "banks",
                "macs",
                "specials",
                "specialLatency",
                "scoreAdds",
                "candidates",
                "inputSram",
                "streamSram",
                "outputSram",
                "area");
        Map<Precision, Integer> macs = byType(tile.block("macs", TYPES), (rates, key) -> rates.integer(key, 1));
        return tile.build(() -> new TileSpec(
                tile.integer("banks", 1),
                macs,
                tile.integer("specials", 1),
                tile.integer("specialLatency", 0),
                tile.integer("scoreAdds", 1),
                tile.integer("candidates", 1),
                tile.wholeInt("inputSram", Unit.BYTES),
                tile.wholeInt("streamSram", Unit.BYTES),
                tile.wholeInt("outputSram", Unit.BYTES),
                tile.quantity("area", Unit.MILLIMETRES2)));
    }

    private static NocSpec noc(Fields hardware) {
        Fields noc = hardware.block("noc", "flit", "routerCycles", "linkCycles", "pitch");
        return noc.build(() -> new NocSpec(
                noc.wholeInt("flit", Unit.BYTES),
                noc.integer("routerCycles", 0),
                noc.integer("linkCycles", 1),
                noc.quantity("pitch", Unit.MILLIMETRES)));
    }

    private static EnergyTable energy(Fields hardware) {
        Fields energy = hardware.block(
                "energy",
                "activate",
                "column",
                "sram",
                "macs",
                "special",
                "score",
                "candidate",
                "router",
                "wire",
                "background",
                "leakage");
        Map<Precision, Double> macs =
                byType(energy.block("macs", TYPES), (prices, key) -> prices.quantity(key, Unit.PICOJOULES));
        return energy.build(() -> new EnergyTable(
                energy.quantity("activate", Unit.PICOJOULES_PER_BIT),
                energy.quantity("column", Unit.PICOJOULES_PER_BIT),
                energy.quantity("sram", Unit.PICOJOULES_PER_BIT),
                macs,
                energy.quantity("special", Unit.PICOJOULES),
                energy.quantity("score", Unit.PICOJOULES),
                energy.quantity("candidate", Unit.PICOJOULES),
                energy.quantity("router", Unit.PICOJOULES_PER_BIT),
                energy.quantity("wire", Unit.PICOJOULES_PER_BIT_MILLIMETRE),
                energy.quantity("background", Unit.WATTS_PER_GIGABYTE),
                energy.quantity("leakage", Unit.WATTS_PER_MILLIMETRE2)));
    }

    private static <V> Map<Precision, V> byType(Fields fields, BiFunction<Fields, String, V> read) {
        Map<Precision, V> values = new EnumMap<>(Precision.class);
        for (Precision type : Precision.values()) {
            String key = Fields.written(type);
            if (fields.has(key)) {
                values.put(type, read.apply(fields, key));
            }
        }
        return values;
    }
}

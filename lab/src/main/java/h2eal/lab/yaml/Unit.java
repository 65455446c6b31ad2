package h2eal.lab.yaml;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A kind of quantity with the units people write it in. The only place that knows human units: everything behind the
/// parser works in the base unit, which is the first one listed.
public enum Unit {
    BYTES("a size", "256 MiB", "B", 1, "KiB", 1024, "MiB", 1024 * 1024, "GiB", 1024 * 1024 * 1024),
    NANOSECONDS("a time", "14 ns", "ns", 1, "ps", 1e-3, "us", 1e3, "ms", 1e6),
    GIGAHERTZ("a clock", "0.6 GHz", "GHz", 1, "MHz", 1e-3),
    GIGABITS_PER_SECOND("a pin rate", "0.4 Gb/s", "Gb/s", 1, "Mb/s", 1e-3),
    PICOJOULES("an energy", "1.0 pJ", "pJ", 1, "fJ", 1e-3, "nJ", 1e3),
    PICOJOULES_PER_BIT("an energy per bit", "0.88 pJ/bit", "pJ/bit", 1, "fJ/bit", 1e-3, "pJ/B", 0.125),
    PICOJOULES_PER_BIT_MILLIMETRE("an energy per bit and length", "0.10 pJ/bit/mm", "pJ/bit/mm", 1),
    WATTS("a power", "15 W", "W", 1, "mW", 1e-3),
    WATTS_PER_GIGABYTE("a power per capacity", "0.096 W/GB", "W/GB", 1, "mW/GB", 1e-3),
    WATTS_PER_MILLIMETRE2("a power per area", "0.01 W/mm2", "W/mm2", 1, "mW/mm2", 1e-3),
    MILLIMETRES("a length", "2.6 mm", "mm", 1, "um", 1e-3),
    MILLIMETRES2("an area", "6.76 mm2", "mm2", 1),
    TOKENS("a number of tokens", "4096 or 128K", "", 1, "K", 1024, "M", 1024 * 1024);

    private static final Pattern QUANTITY = Pattern.compile("([0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)\\s*(\\S*)");

    private final String kind;
    private final String example;
    private final Map<String, Double> factors = new LinkedHashMap<>();

    Unit(String kind, String example, Object... namesAndFactors) {
        this.kind = kind;
        this.example = example;
        for (int i = 0; i < namesAndFactors.length; i += 2) {
            factors.put((String) namesAndFactors[i], ((Number) namesAndFactors[i + 1]).doubleValue());
        }
    }

    /// The quantity in the base unit; empty if `text` is not a number followed by one of the units.
    public OptionalDouble parse(String text) {
        Matcher matcher = QUANTITY.matcher(text);
        if (!matcher.matches() || !factors.containsKey(matcher.group(2))) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Double.parseDouble(matcher.group(1)) * factors.get(matcher.group(2)));
    }

    /// What may be written, for an error message.
    public String allowed() {
        String units = String.join(
                ", ", factors.keySet().stream().filter(name -> !name.isEmpty()).toList());
        return "%s such as %s (units: %s)".formatted(kind, example, units);
    }
}

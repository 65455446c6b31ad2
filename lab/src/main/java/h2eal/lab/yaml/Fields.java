package h2eal.lab.yaml;

import h2eal.lab.yaml.YamlNode.Block;
import h2eal.lab.yaml.YamlNode.Scalar;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Typed access to one YAML block. Every getter either gives a valid value or throws a [SpecException] that names file,
/// line, key, value and what is allowed; a key outside the allowed ones is refused when the block is opened.
public final class Fields {

    private final Block block;
    private final String path;

    private Fields(Block block, String path) {
        this.block = block;
        this.path = path;
    }

    /// Opens a block that may hold `keys` and no other.
    ///
    /// @param path keys above the block, joined by dots; empty at the top of a file
    public static Fields of(Block block, String path, String... keys) {
        Fields fields = new Fields(block, path);
        List<String> allowed = List.of(keys);
        block.fields().forEach((key, value) -> {
            if (!allowed.contains(key)) {
                throw new SpecException(
                        value.place(), "%s: unknown key; %s".formatted(fields.full(key), Nearest.hint(key, allowed)));
            }
        });
        return fields;
    }

    public Place place() {
        return block.place();
    }

    public boolean has(String key) {
        return block.fields().containsKey(key);
    }

    /// The block under `key`, which may hold `keys` and no other.
    public Fields block(String key, String... keys) {
        if (required(key) instanceof Block inner) {
            return of(inner, full(key), keys);
        }
        throw wrong(key, "expected a block with " + String.join(", ", keys));
    }

    /// The text under `key`.
    public String text(String key) {
        if (required(key) instanceof Scalar scalar) {
            return scalar.text();
        }
        throw wrong(key, "expected one value");
    }

    /// A whole number of at least `least`.
    public int integer(String key, int least) {
        try {
            int value = Integer.parseInt(text(key));
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException notWhole) {
            // reported below, like a number that is too small
        }
        throw wrong(key, "expected a whole number of at least " + least);
    }

    /// A number from `least` to `most`.
    public double number(String key, double least, double most) {
        try {
            double value = Double.parseDouble(text(key));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // reported below, like a number out of range
        }
        throw wrong(key, "expected a number from %s to %s".formatted(least, most));
    }

    /// A quantity in the base unit of `unit`.
    public double quantity(String key, Unit unit) {
        OptionalDouble value = unit.parse(text(key));
        if (value.isEmpty()) {
            throw wrong(key, "expected " + unit.allowed());
        }
        return value.getAsDouble();
    }

    /// A positive whole quantity, such as bytes or tokens.
    public long whole(String key, Unit unit) {
        double value = quantity(key, unit);
        if (value < 1 || value != Math.rint(value) || value > 1L << 53) {
            throw wrong(key, "expected a positive whole number in the smallest unit: " + unit.allowed());
        }
        return (long) value;
    }

    /// A positive whole quantity that fits an `int`.
    public int wholeInt(String key, Unit unit) {
        long value = whole(key, unit);
        if (value > Integer.MAX_VALUE) {
            throw wrong(key, "expected at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    /// `true` or `false`.
    public boolean flag(String key) {
        return switch (text(key)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(key, "expected true or false");
        };
    }

    /// One of the constants of an enum, written in lower case with hyphens.
    public <E extends Enum<E>> E choice(String key, Class<E> type) {
        return choice(key, Stream.of(type.getEnumConstants()).collect(Collectors.toMap(Fields::written, e -> e)));
    }

    /// One of the values of a table, by name.
    public <V> V choice(String key, Map<String, V> table) {
        V value = table.get(text(key));
        if (value == null) {
            throw wrong(key, "expected one of " + String.join(", ", new TreeMap<>(table).keySet()));
        }
        return value;
    }

    /// A file, by a path relative to the file it is written in; empty if the key is missing, or says `none` to take a
    /// preset's file away.
    public Optional<Path> file(String key) {
        if (!has(key) || text(key).equals("none")) {
            return Optional.empty();
        }
        Path writtenIn = Path.of(required(key).place().file());
        return Optional.of(writtenIn.resolveSibling(text(key)).normalize());
    }

    /// Runs a constructor that validates, and names this block if it refuses.
    public <V> V build(Supplier<V> constructor) {
        try {
            return constructor.get();
        } catch (IllegalArgumentException refused) {
            throw new SpecException(
                    block.place(), path.isEmpty() ? refused.getMessage() : path + ": " + refused.getMessage());
        }
    }

    /// The error for a value that is not allowed.
    public SpecException wrong(String key, String allowed) {
        YamlNode node = required(key);
        String value = node instanceof Scalar scalar ? "\"" + scalar.text() + "\"" : "a list or block";
        return new SpecException(node.place(), "%s: %s: %s".formatted(full(key), value, allowed));
    }

    /// How an enum constant is written: lower case, hyphens.
    public static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private YamlNode required(String key) {
        YamlNode node = block.fields().get(key);
        if (node == null) {
            throw new SpecException(block.place(), full(key) + ": missing");
        }
        return node;
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}

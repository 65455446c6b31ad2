package h2eal.lab.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A parsed YAML document in which every node still knows where it was written.
public sealed interface YamlNode {

    /// Where the node starts.
    Place place();

    /// A number, a word or a text, as written.
    record Scalar(Place place, String text) implements YamlNode {
        public Scalar {
            Objects.requireNonNull(place, "place");
            Objects.requireNonNull(text, "text");
        }
    }

    /// A list.
    record Items(Place place, List<YamlNode> items) implements YamlNode {
        public Items {
            Objects.requireNonNull(place, "place");
            items = List.copyOf(items);
        }
    }

    /// Keys and values, in the order written.
    record Block(Place place, Map<String, YamlNode> fields) implements YamlNode {
        public Block {
            Objects.requireNonNull(place, "place");
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        /// This block with the fields of `over` in place of its own; blocks within are merged likewise.
        public Block merge(Block over) {
            Map<String, YamlNode> merged = new LinkedHashMap<>(fields);
            over.fields.forEach((key, value) -> merged.merge(
                    key,
                    value,
                    (mine, theirs) -> mine instanceof Block inner && theirs instanceof Block outer
                            ? inner.merge(outer)
                            : theirs));
            return new Block(over.place, merged);
        }

        /// This block without one key.
        public Block without(String key) {
            Map<String, YamlNode> rest = new LinkedHashMap<>(fields);
            rest.remove(key);
            return new Block(place, rest);
        }

        /// This block with one field alone.
        public Block only(String key) {
            return new Block(place, Map.of(key, fields.get(key)));
        }

        /// This block with one field set.
        public Block with(String key, YamlNode value) {
            Map<String, YamlNode> changed = new LinkedHashMap<>(fields);
            changed.put(key, value);
            return new Block(place, changed);
        }
    }
}

package h2eal.lab.experiment;

import h2eal.lab.yaml.YamlNode;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.lab.yaml.YamlNode.Items;
import h2eal.lab.yaml.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.List;

/// One value of a spec that is a list: a dimension of the sweep.
///
/// @param name column of the results: the last key of the path, or the whole path where that is not unique
/// @param path keys from the top of the spec
/// @param values what the spec says at each point along the axis
record Axis(String name, List<String> path, List<YamlNode> values) {

    Axis {
        path = List.copyOf(path);
        values = List.copyOf(values);
    }

    /// The axes of a spec in the order written.
    static List<Axis> of(Block spec) {
        List<Axis> axes = new ArrayList<>();
        collect(spec, List.of(), axes);
        List<String> last = axes.stream().map(Axis::name).toList();
        return axes.stream()
                .map(axis -> last.indexOf(axis.name) == last.lastIndexOf(axis.name)
                        ? axis
                        : new Axis(String.join(".", axis.path), axis.path, axis.values))
                .toList();
    }

    private static void collect(Block block, List<String> above, List<Axis> axes) {
        block.fields().forEach((key, value) -> {
            List<String> path = new ArrayList<>(above);
            path.add(key);
            switch (value) {
                case Block inner -> collect(inner, path, axes);
                case Items items -> axes.add(new Axis(key, path, items.items()));
                case Scalar scalar -> {}
            }
        });
    }

    /// How a value is written in results: the value itself, or the name of a block.
    String label(int index) {
        return switch (values.get(index)) {
            case Scalar scalar -> scalar.text();
            case Block block ->
                block.fields().get("name") instanceof Scalar name
                        ? name.text()
                        : block.fields().get("preset") instanceof Scalar preset
                                ? preset.text() + "#" + index
                                : "#" + index;
            case Items items -> "#" + index;
        };
    }

    /// The spec with this axis fixed at one of its values.
    Block fix(Block spec, int index) {
        return fix(spec, path, values.get(index));
    }

    private static Block fix(Block block, List<String> path, YamlNode value) {
        String key = path.getFirst();
        if (path.size() == 1) {
            return block.with(key, value);
        }
        return block.with(key, fix((Block) block.fields().get(key), path.subList(1, path.size()), value));
    }
}

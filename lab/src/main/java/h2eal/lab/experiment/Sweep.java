package h2eal.lab.experiment;

import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlNode;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.lab.yaml.YamlNode.Items;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The Cartesian product of a spec's lists.
///
/// The key `cases` lists named parts of a spec that belong together: each is merged over the spec in turn, and its
/// other lists multiply as any others do.
final class Sweep {

    /// Column of the results, and key, of the cases.
    static final String CASE = "case";

    private static final String CASES = "cases";
    private static final int MOST_POINTS = 100_000;

    private Sweep() {}

    /// One point: where it lies on each axis, and a spec without lists.
    record Point(Map<String, String> coordinates, Block spec) {}

    /// All points, the first axis slowest.
    static List<Point> points(Block spec) {
        List<Point> points = new ArrayList<>();
        if (spec.fields().get(CASES) instanceof Items cases) {
            Block common = spec.without(CASES);
            for (YamlNode each : cases.items()) {
                Block one = requireCase(each);
                String name = ((YamlNode.Scalar) one.fields().get("name")).text();
                points.addAll(product(common.merge(one.without("name")), Map.of(CASE, name)));
            }
        } else {
            points.addAll(product(spec, Map.of()));
        }
        return points;
    }

    private static Block requireCase(YamlNode node) {
        if (node instanceof Block block && block.fields().get("name") instanceof YamlNode.Scalar) {
            return block;
        }
        throw new SpecException(node.place(), "cases: expected a block with a name and the parts of a spec it sets");
    }

    private static List<Point> product(Block spec, Map<String, String> fixed) {
        List<Axis> axes = Axis.of(spec);
        long size = axes.stream().mapToLong(axis -> axis.values().size()).reduce(1, Math::multiplyExact);
        if (size > MOST_POINTS) {
            throw new SpecException(spec.place(), "%d points; at most %d".formatted(size, MOST_POINTS));
        }
        List<Point> points = List.of(new Point(fixed, spec));
        for (Axis axis : axes) {
            List<Point> longer = new ArrayList<>();
            for (Point point : points) {
                for (int index = 0; index < axis.values().size(); index++) {
                    Map<String, String> coordinates = new LinkedHashMap<>(point.coordinates());
                    coordinates.put(axis.name(), axis.label(index));
                    longer.add(new Point(coordinates, axis.fix(point.spec(), index)));
                }
            }
            points = longer;
        }
        return points;
    }
}

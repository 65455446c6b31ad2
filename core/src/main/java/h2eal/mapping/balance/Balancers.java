package h2eal.mapping.balance;

import h2eal.mapping.Balancer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Every balancer by name.
public final class Balancers {

    private static final Map<String, Balancer> BY_NAME = table();

    private Balancers() {}

    /// The balancers in the order they are documented.
    public static Map<String, Balancer> byName() {
        return BY_NAME;
    }

    /// The balancer called `name`.
    ///
    /// @throws IllegalArgumentException if there is none, with the names there are
    public static Balancer named(String name) {
        Balancer balancer = BY_NAME.get(name);
        if (balancer == null) {
            throw new IllegalArgumentException(
                    "unknown balancer '%s', allowed: %s".formatted(name, String.join(", ", BY_NAME.keySet())));
        }
        return balancer;
    }

    private static Map<String, Balancer> table() {
        Map<String, Rule> rules = new LinkedHashMap<>();
        rules.put("head-per-tile", new HeadPerTile());
        rules.put("round-robin", new RoundRobin());
        rules.put("lpt", new LongestFirst());
        rules.put("split-all", new SplitAll());
        Map<String, Balancer> table = new LinkedHashMap<>(rules);
        table.put("adaptive", new Adaptive(List.copyOf(rules.values())));
        return Collections.unmodifiableMap(table);
    }
}

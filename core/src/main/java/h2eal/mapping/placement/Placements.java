package h2eal.mapping.placement;

import h2eal.mapping.Placement;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Every placement by name.
public final class Placements {

    private static final Map<String, Placement> BY_NAME = table();

    private Placements() {}

    /// The placements in the order they are documented.
    public static Map<String, Placement> byName() {
        return BY_NAME;
    }

    /// The placement called `name`.
    ///
    /// @throws IllegalArgumentException if there is none, with the names there are
    public static Placement named(String name) {
        Placement placement = BY_NAME.get(name);
        if (placement == null) {
            throw new IllegalArgumentException(
                    "unknown placement '%s', allowed: %s".formatted(name, String.join(", ", BY_NAME.keySet())));
        }
        return placement;
    }

    private static Map<String, Placement> table() {
        Map<String, Placement> table = new LinkedHashMap<>();
        // Whole pages dealt over the group's banks: full rows, but selected pages crowd.
        table.put("page-per-bank", new PackedPlacement(PackedPlacement.Unit.pages(1), false));
        // Tokens dealt one by one, allocated by pages: balanced, but a row activation per piece.
        table.put("token-interleaved", new PagedPlacement());
        // Tokens dealt by rows, each head's rows its own: balanced, one activation serves a full row.
        table.put("row-packed", new PackedPlacement(PackedPlacement.Unit.ROW, false));
        // Pages selected together kept together (STARC's row locality); without key data, neighbouring pages.
        table.put("clustered", new PackedPlacement(PackedPlacement.Unit.pages(4), false));
        // Pages over all banks, blind to who computes: most reads are remote.
        table.put("interleaved-remote", new PackedPlacement(PackedPlacement.Unit.pages(1), true));
        return Collections.unmodifiableMap(table);
    }
}

package h2eal.sim.deployment;

import h2eal.hardware.Accelerator;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvFormat;
import h2eal.mapping.KvLayout;
import h2eal.mapping.TileSchedule;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// A model on an accelerator: everything that stays the same from step to step.
///
/// @param weights type of the stored weights, and of the multiplications that read them
/// @param cache format of the KV cache
/// @param schedules one schedule per layer, with the heads of every sequence of the batch
/// @param layout where the KV cache lies
public record Deployment(
        Accelerator accelerator,
        ModelShape model,
        Precision weights,
        KvFormat cache,
        List<TileSchedule> schedules,
        KvLayout layout) {

    public Deployment {
        Objects.requireNonNull(layout, "layout");
        schedules = List.copyOf(schedules);
        if (schedules.size() != model.layers()) {
            throw new IllegalArgumentException("%s has %d layers, but there are %d schedules"
                    .formatted(model.name(), model.layers(), schedules.size()));
        }
        if (cache.headSize() != model.headSize() || cache.queryHeads() != model.groupSize()) {
            throw new IllegalArgumentException("the cache format is not that of %s: %s".formatted(model.name(), cache));
        }
        int heads = schedules.getFirst().groups().size();
        if (heads == 0 || heads % model.kvHeads() != 0) {
            throw new IllegalArgumentException(
                    "a schedule has a multiple of %d heads: %d".formatted(model.kvHeads(), heads));
        }
        for (TileSchedule schedule : schedules) {
            requireEveryHeadOnce(schedule, heads, model.kvHeads());
            requireTiles(schedule.groups(), accelerator.mesh().tiles());
            requireTiles(schedule.scoring(), accelerator.mesh().tiles());
        }
        accelerator.macsPerCycle(weights);
        accelerator.macsPerCycle(cache.precision());
    }

    /// Sequences that decode together.
    public int batch() {
        return schedules.getFirst().groups().size() / model.kvHeads();
    }

    private static void requireEveryHeadOnce(TileSchedule schedule, int heads, int kvHeads) {
        Set<HeadId> seen = new HashSet<>();
        for (HeadGroup group : schedule.groups()) {
            HeadId head = group.head();
            if (head.sequence() < 0
                    || head.sequence() >= heads / kvHeads
                    || head.kvHead() < 0
                    || head.kvHead() >= kvHeads) {
                throw new IllegalArgumentException(
                        "no head of %d sequences x %d KV heads: %s".formatted(heads / kvHeads, kvHeads, head));
            }
            seen.add(head);
        }
        if (seen.size() != heads || schedule.groups().size() != heads) {
            throw new IllegalArgumentException(
                    "a schedule lists every head once: %d of %d heads".formatted(seen.size(), heads));
        }
    }

    private static void requireTiles(List<HeadGroup> groups, int tiles) {
        for (HeadGroup group : groups) {
            for (int tile : group.tiles()) {
                if (tile < 0 || tile >= tiles) {
                    throw new IllegalArgumentException(
                            "%s is on tile %d, the mesh has %d".formatted(group.head(), tile, tiles));
                }
            }
        }
    }
}

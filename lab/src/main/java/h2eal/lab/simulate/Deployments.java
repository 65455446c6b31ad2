package h2eal.lab.simulate;

import h2eal.hardware.Accelerator;
import h2eal.lab.design.DesignPoint;
import h2eal.mapping.CachePlan;
import h2eal.mapping.KvFormat;
import h2eal.mapping.KvLayout;
import h2eal.mapping.StoredHead;
import h2eal.mapping.TileSchedule;
import h2eal.model.ModelShape;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.deployment.WeightShards;
import h2eal.workload.StepReads;
import java.util.List;
import java.util.stream.IntStream;

/// Puts the model of a design point on its accelerator: schedules every layer, places the cache.
public final class Deployments {

    private Deployments() {}

    /// The deployment of a design point.
    ///
    /// @param first what every sequence reads in the first step, from which the balancer takes its expectations
    /// @param steps decode steps the cache must have room for
    /// @throws IllegalArgumentException if the cache does not fit, with the numbers
    public static Deployment of(DesignPoint point, List<StepReads> first, int steps) {
        ModelShape model = point.model().shape();
        Accelerator accelerator = point.hardware();
        KvFormat format = Schedules.format(point);
        List<TileSchedule> schedules = Schedules.of(point, first);
        CachePlan plan = new CachePlan(
                format,
                first.stream().map(step -> step.contextTokens() + steps - 1).toList(),
                IntStream.range(0, model.layers())
                        .mapToObj(layer -> stored(point, schedules.get(layer), layer))
                        .toList(),
                firstRow(point));
        KvLayout layout = point.mapping().placement().place(plan, accelerator);
        return new Deployment(accelerator, model, point.model().weights(), format, schedules, layout);
    }

    private static List<StoredHead> stored(DesignPoint point, TileSchedule schedule, int layer) {
        return IntStream.range(0, schedule.groups().size())
                .mapToObj(i -> new StoredHead(
                        schedule.groups().get(i),
                        schedule.scoring().get(i),
                        Schedules.pattern(
                                point, layer, schedule.groups().get(i).head().kvHead())))
                .toList();
    }

    /// Weights lie in the lowest rows of every bank.
    private static int firstRow(DesignPoint point) {
        WeightShards shards =
                WeightShards.of(point.model().shape(), point.model().weights(), point.hardware());
        int rows = shards.rowsPerBank(point.hardware().bank().rowBytes());
        if (rows > point.hardware().bank().rows()) {
            throw new IllegalArgumentException("the weights of %s need %d bytes in each bank of %s, which has %d"
                    .formatted(
                            point.model().shape().name(),
                            shards.bankBytes(),
                            point.hardware().name(),
                            point.hardware().bank().capacityBytes()));
        }
        return rows;
    }
}

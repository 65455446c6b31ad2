package h2eal.lab.simulate;

import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.hardware.BankSpec;
import h2eal.lab.design.DesignPoint;
import h2eal.mapping.CachePlan;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvFormat;
import h2eal.mapping.KvLayout;
import h2eal.mapping.StoredHead;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.crowding.HotPages;
import h2eal.mapping.crowding.PageCopies;
import h2eal.model.ModelShape;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.deployment.WeightShards;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Puts the model of a design point on its accelerator: schedules every layer, places the cache.
public final class Deployments {

    private Deployments() {}

    /// The deployment of a design point. Whether it fits is for the simulator to report: what does not is laid out as
    /// if the banks had more rows.
    ///
    /// @param first what every sequence reads in the first step, from which the balancer takes its expectations
    /// @param steps decode steps the cache must have room for
    public static Deployment of(DesignPoint point, List<StepReads> first, int steps) {
        return of(point, first, steps, Schedules.of(point, first));
    }

    /// The deployment of a design point whose schedules are known.
    static Deployment of(DesignPoint point, List<StepReads> first, int steps, List<TileSchedule> schedules) {
        return of(point, first, steps, schedules, List.of());
    }

    /// The deployment of a design point after `past` steps: the pages they read most get a second copy, if the mapping
    /// asks for any.
    static Deployment after(List<List<StepReads>> past, DesignPoint point, List<StepReads> first, int steps) {
        return of(point, first, steps, Schedules.of(point, first), past);
    }

    private static Deployment of(
            DesignPoint point,
            List<StepReads> first,
            int steps,
            List<TileSchedule> schedules,
            List<List<StepReads>> past) {
        ModelShape model = point.model().shape();
        Accelerator accelerator = point.hardware();
        KvFormat format = Schedules.format(point);
        CachePlan plan = new CachePlan(
                format,
                first.stream().map(step -> step.contextTokens() + steps - 1).toList(),
                IntStream.range(0, model.layers())
                        .mapToObj(layer -> stored(point, schedules.get(layer), layer))
                        .toList(),
                firstRow(point));
        Accelerator unbounded = withAllRows(accelerator);
        KvLayout layout = PageCopies.of(
                point.mapping().placement().place(plan, unbounded),
                plan,
                hotPages(point, plan, past),
                point.mapping().placement(),
                unbounded);
        return new Deployment(
                accelerator,
                model,
                point.model().weights(),
                format,
                schedules,
                WrappedRows.of(layout, accelerator, firstRow(point)));
    }

    private static List<HotPages> hotPages(DesignPoint point, CachePlan plan, List<List<StepReads>> past) {
        int copies = past.isEmpty() ? 0 : point.mapping().hotPageCopies().orElse(0);
        List<HotPages> hot = new ArrayList<>();
        for (int layer = 0; copies > 0 && layer < plan.layers().size(); layer++) {
            for (StoredHead stored : plan.layers().get(layer)) {
                if (stored.keepsSummaries()) {
                    hot.add(hotPages(layer, stored.head(), plan, past, copies));
                }
            }
        }
        return hot;
    }

    private static HotPages hotPages(int layer, HeadId head, CachePlan plan, List<List<StepReads>> past, int copies) {
        List<TokenSet> reads = past.stream()
                .map(step ->
                        step.get(head.sequence()).read(layer, head.kvHead()).tokens())
                .toList();
        int context = past.getFirst().get(head.sequence()).contextTokens();
        return HotPages.of(layer, head, reads, plan.format().geometry(), context, copies);
    }

    /// The same accelerator with as many rows in a bank as can be addressed.
    private static Accelerator withAllRows(Accelerator accelerator) {
        BankSpec bank = accelerator.bank();
        return new Accelerator(
                accelerator.name(),
                accelerator.logicGigahertz(),
                accelerator.mesh(),
                accelerator.tile(),
                new BankSpec(
                        (long) Integer.MAX_VALUE * bank.rowBytes(),
                        bank.rowBytes(),
                        bank.burstBytes(),
                        bank.subBanks(),
                        bank.refresh(),
                        bank.timing()),
                accelerator.noc(),
                accelerator.energy(),
                accelerator.powerCapWatts());
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
        return WeightShards.of(point.model().shape(), point.model().weights(), point.hardware())
                .rowsPerBank(point.hardware().bank().rowBytes());
    }
}

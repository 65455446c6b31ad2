package h2eal.mapping.balance;

import h2eal.hardware.Accelerator;
import h2eal.hardware.Mesh;
import h2eal.mapping.Balancer;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.HeadWork;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.cost.LayerCost;
import h2eal.mapping.cost.LayerPhase;
import h2eal.mapping.cost.PhaseCost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;

/// H2EAL's heterogeneous mapping: each head of each layer gets a tile group of its own size, as large as its work asks,
/// so that all tiles finish together, merges included. Attention and scoring are balanced apart, since they meet at a
/// barrier. Searches the makespan by bisection over [SnakeFill] in a bounded set of [Orders], and never returns
/// anything worse than the rules it is given.
///
/// @param rules what it must not be worse than
record Adaptive(List<Rule> rules) implements Balancer {

    /// Improvements below this share of the makespan are not sought.
    private static final double PRECISION = 1e-3;

    /// How much longer two turns may take by the closed forms, which count neither that tiles wait for selections nor
    /// that pages crowd less where every tile of a group has the same share.
    private static final double WORTH_OF_TWO_TURNS = 0.01;

    /// Smallest parts of a head worth another tile, in units.
    private static final List<Long> LEAST_PARTS = List.of(1L, 4L, 16L);

    @Override
    public TileSchedule assign(List<HeadWork> works, Accelerator accelerator) {
        return assignLayers(List.of(works), accelerator).getFirst();
    }

    /// Layers whose heads have the same work in another order are searched once.
    @Override
    public List<TileSchedule> assignLayers(List<List<HeadWork>> layers, Accelerator accelerator) {
        Map<List<HeadWork>, TileSchedule> known = new HashMap<>();
        Map<List<HeadWork>, TileSchedule> searched = new HashMap<>();
        Map<PhaseCost, SnakeRuns> runs = new HashMap<>();
        return layers.stream()
                .map(works -> known.computeIfAbsent(works, each -> {
                    LayerCost cost = LayerCost.of(each, accelerator);
                    List<Integer> order = bySize(each);
                    TileSchedule sorted = searched.computeIfAbsent(
                            numbered(order.stream().map(each::get).toList()),
                            like -> search(LayerCost.of(like, accelerator), runs));
                    return notWorse(inOrder(sorted, each, order), cost);
                }))
                .toList();
    }

    /// Heads by falling work, equal ones as they are.
    private static List<Integer> bySize(List<HeadWork> works) {
        return IntStream.range(0, works.size())
                .boxed()
                .sorted(Comparator.comparingInt(
                                (Integer head) -> -works.get(head).tokens())
                        .thenComparingInt(head -> -works.get(head).summaries()))
                .toList();
    }

    /// The same works of heads 0, 1, 2, ...
    private static List<HeadWork> numbered(List<HeadWork> works) {
        return IntStream.range(0, works.size())
                .mapToObj(head -> {
                    HeadWork work = works.get(head);
                    return new HeadWork(
                            new HeadId(0, head),
                            work.tokens(),
                            work.summaries(),
                            work.refreshInterval(),
                            work.format());
                })
                .toList();
    }

    /// The schedule of sorted works for the heads whose works they are.
    private static TileSchedule inOrder(TileSchedule sorted, List<HeadWork> works, List<Integer> order) {
        HeadGroup[] groups = new HeadGroup[works.size()];
        HeadGroup[] scoring = new HeadGroup[works.size()];
        for (int i = 0; i < groups.length; i++) {
            HeadId head = works.get(order.get(i)).head();
            groups[order.get(i)] = of(head, sorted.groups().get(i));
            scoring[order.get(i)] = of(head, sorted.scoring().get(i));
        }
        return new TileSchedule(
                Arrays.asList(groups),
                Arrays.asList(scoring),
                sorted.makespanCycles(),
                sorted.lowerBoundCycles(),
                sorted.utilisation(),
                sorted.mergeShare());
    }

    private static HeadGroup of(HeadId head, HeadGroup group) {
        return new HeadGroup(head, group.tiles(), group.shares());
    }

    /// The schedule, or that of a rule which is better for the heads in the order they have. Few are so near that it
    /// takes more than a bound to tell.
    private TileSchedule notWorse(TileSchedule schedule, LayerCost cost) {
        TileSchedule best = schedule;
        for (Rule rule : rules) {
            List<HeadGroup> groups = rule.groups(cost);
            if (cost.leastMakespanCycles(groups) < best.makespanCycles()) {
                TileSchedule other = rule.schedule(cost);
                best = other.makespanCycles() < best.makespanCycles() ? other : best;
            }
        }
        return best;
    }

    private TileSchedule search(LayerCost cost, Map<PhaseCost, SnakeRuns> runs) {
        Mesh mesh = cost.attention().accelerator().mesh();
        List<List<HeadGroup>> others =
                rules.stream().map(rule -> rule.groups(cost)).toList();
        List<HeadGroup> groups = best(cost.attention(), others, runs);
        List<HeadGroup> scoring = new ArrayList<>(best(
                cost.scoring(),
                others.stream().map(each -> Rule.scoring(each, mesh)).toList(),
                runs));
        for (int head = 0; head < scoring.size(); head++) {
            if (cost.scoring().units().get(head) == 0) {
                scoring.set(head, groups.get(head));
            }
        }
        return cost.schedule(groups, scoring);
    }

    private static List<HeadGroup> best(
            LayerPhase phase, List<List<HeadGroup>> others, Map<PhaseCost, SnakeRuns> runs) {
        SnakeFill filler = new SnakeFill(phase, runs.computeIfAbsent(phase.cost(), cost -> new SnakeRuns(phase)));
        Choice best = others.stream()
                .map(groups -> new Choice(groups, phase.makespanCycles(groups)))
                .min(Comparator.comparingDouble(Choice::cycles))
                .orElseThrow();
        Search search = new Search(phase, filler, phase.lowerBoundCycles(), best);
        for (List<Integer> order : Orders.of(phase)) {
            for (long leastPart : LEAST_PARTS) {
                search.tryOrder(order, leastPart);
            }
        }
        search.tryTwoTurns();
        return search.best.groups();
    }

    private record Choice(List<HeadGroup> groups, double cycles) {}

    /// Asks the filler for shorter and shorter makespans; keeps the best of what it returns. Mutable.
    private static final class Search {

        private final LayerPhase phase;
        private final double bound;
        private final SnakeFill filler;
        private Choice best;
        /// The makespan that must not be exceeded.
        private final double known;

        /// Shortest makespan asked for and filled; what was filled may take longer where merges meet.
        private double shortest;

        Search(LayerPhase phase, SnakeFill filler, double bound, Choice known) {
            this.phase = phase;
            this.bound = bound;
            this.filler = filler;
            this.best = known;
            this.known = known.cycles();
            this.shortest = known.cycles();
        }

        /// Bisects between the bound and the shortest so far, unless this order cannot even do that.
        void tryOrder(List<Integer> order, long leastPart) {
            double low = bound;
            boolean filled = fill(order, shortest * (1 + 2 * PRECISION), leastPart);
            while (filled && shortest - low > PRECISION * shortest) {
                double target = (low + shortest) / 2;
                if (!fill(order, target, leastPart)) {
                    low = target;
                }
            }
        }

        /// Long heads evenly, short heads in what they leave; taken unless it is longer by more than its worth.
        void tryTwoTurns() {
            long most = phase.units().stream().mapToLong(Long::longValue).max().orElse(0);
            List<Integer> longHeads = heads(units -> 2 * units >= most);
            List<Integer> shortHeads = heads(units -> 2 * units < most);
            if (shortHeads.isEmpty()) {
                return;
            }
            long shortUnits = shortHeads.stream().mapToLong(phase.units()::get).sum();
            long reserve = Math.ceilDiv(shortUnits, phase.tiles());
            double low = bound;
            double limit = Math.min(known, best.cycles() * (1 + WORTH_OF_TWO_TURNS));
            double high = limit;
            Optional<List<HeadGroup>> even = filler.fillTwice(longHeads, shortHeads, high, reserve);
            while (even.isPresent() && high - low > PRECISION * high) {
                double target = (low + high) / 2;
                Optional<List<HeadGroup>> filled = filler.fillTwice(longHeads, shortHeads, target, reserve);
                low = filled.isPresent() ? low : target;
                high = filled.isPresent() ? target : high;
                even = filled.isPresent() ? filled : even;
            }
            even.map(groups -> new Choice(groups, phase.makespanCycles(groups)))
                    .filter(choice -> choice.cycles() <= limit)
                    .ifPresent(choice -> best = choice);
        }

        private List<Integer> heads(LongPredicate units) {
            return IntStream.range(0, phase.heads().size())
                    .filter(head -> phase.units().get(head) > 0
                            && units.test(phase.units().get(head)))
                    .boxed()
                    .toList();
        }

        private boolean fill(List<Integer> order, double makespan, long leastPart) {
            Optional<List<HeadGroup>> groups = filler.fill(order, makespan, leastPart);
            if (groups.isEmpty()) {
                return false;
            }
            shortest = Math.min(shortest, makespan);
            double cycles = phase.makespanCycles(groups.get());
            if (cycles < best.cycles()) {
                best = new Choice(groups.get(), cycles);
            }
            return true;
        }
    }
}

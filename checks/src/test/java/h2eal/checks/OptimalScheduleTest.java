package h2eal.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import h2eal.attention.PageGeometry;
import h2eal.hardware.Accelerator;
import h2eal.hardware.Mesh;
import h2eal.lab.spec.HardwareSpec;
import h2eal.lab.spec.Kind;
import h2eal.lab.spec.Presets;
import h2eal.mapping.HeadId;
import h2eal.mapping.HeadWork;
import h2eal.mapping.KvFormat;
import h2eal.mapping.balance.Balancers;
import h2eal.mapping.cost.LayerCost;
import h2eal.mapping.cost.LayerPhase;
import h2eal.model.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Small layers solved to optimality by OR-Tools CP-SAT: is the lower bound one, and how far is `adaptive`?
///
/// The exact problem places every unit freely and charges a group of T tiles the least overhead any group of T can
/// have, so its optimum is at most that of the real one: `bound <= optimum <= adaptive`.
class OptimalScheduleTest {

    private static final long SEED = 2508_16653;
    private static final int LAYERS = 24;
    private static final double SECONDS = 3;
    /// Cycles are solved as whole numbers of this fraction.
    private static final double SCALE = 16;

    private static final KvFormat FORMAT = new KvFormat(128, 4, Precision.F16, new PageGeometry(64, 16));

    @BeforeAll
    static void load() {
        Loader.loadNativeLibraries();
    }

    @Test
    void theBoundIsBelowAndAdaptiveWithinThreePercentOfTheOptimum() {
        Random random = new Random(SEED);
        for (int draw = 0; draw < LAYERS; draw++) {
            Accelerator accelerator = edge(1 + random.nextInt(2), 1 + random.nextInt(3));
            List<HeadWork> works = works(random, 1 + random.nextInt(6));
            LayerPhase phase = LayerCost.of(works, accelerator).attention();
            String layer = "seed %d, draw %d: %s units on %s".formatted(SEED, draw, phase.units(), accelerator.mesh());
            double adaptive =
                    Balancers.named("adaptive").assign(works, accelerator).makespanCycles();
            double optimum = optimum(phase, adaptive);
            assertThat(phase.lowerBoundCycles()).as(layer).isLessThanOrEqualTo(optimum + 1);
            assertThat(adaptive).as(layer).isBetween(optimum - 1, 1.025 * optimum);
        }
    }

    private static Accelerator edge(int rows, int columns) {
        Accelerator preset = HardwareSpec.accelerator(Presets.installed().named(Kind.HARDWARE, "hb-edge"));
        return new Accelerator(
                preset.name(),
                preset.logicGigahertz(),
                new Mesh(rows, columns),
                preset.tile(),
                preset.bank(),
                preset.noc(),
                preset.energy(),
                preset.powerCapWatts());
    }

    private static List<HeadWork> works(Random random, int heads) {
        return IntStream.range(0, heads)
                .mapToObj(head -> {
                    int tokens = 4 + random.nextInt(random.nextBoolean() ? 400 : 100);
                    return new HeadWork(new HeadId(0, head), tokens, 0, 1, FORMAT);
                })
                .toList();
    }

    private static double optimum(LayerPhase phase, double known) {
        CpModel model = new CpModel();
        IntVar makespan = model.newIntVar(scaled(phase.lowerBoundCycles() / 2), scaled(known), "makespan");
        List<List<IntVar>> loads = new ArrayList<>();
        for (int tile = 0; tile < phase.tiles(); tile++) {
            loads.add(new ArrayList<>());
        }
        List<BoolVar[]> served = new ArrayList<>();
        List<IntVar> overheads = new ArrayList<>();
        for (long units : phase.units()) {
            BoolVar[] serves = new BoolVar[phase.tiles()];
            IntVar[] parts = new IntVar[phase.tiles()];
            for (int tile = 0; tile < parts.length; tile++) {
                serves[tile] = model.newBoolVar("serves");
                parts[tile] = model.newIntVar(0, units, "part");
                model.addEquality(parts[tile], 0).onlyEnforceIf(serves[tile].not());
                model.addGreaterThan(parts[tile], 0).onlyEnforceIf(serves[tile]);
                loads.get(tile).add(parts[tile]);
            }
            model.addEquality(LinearExpr.sum(parts), units);
            overheads.add(overhead(model, phase, serves));
            served.add(serves);
        }
        IntVar before = makespan;
        for (int tile = 0; tile < phase.tiles(); tile++) {
            IntVar cycles = tileCycles(model, phase, loads.get(tile));
            // Tiles are alike: only one of their orders is searched.
            model.addLessOrEqual(cycles, before);
            before = cycles;
            for (int head = 0; head < served.size(); head++) {
                model.addGreaterOrEqual(makespan, LinearExpr.sum(new IntVar[] {cycles, overheads.get(head)}))
                        .onlyEnforceIf(served.get(head)[tile]);
            }
        }
        model.minimize(makespan);
        CpSolver solver = new CpSolver();
        solver.getParameters().setMaxTimeInSeconds(SECONDS).setNumWorkers(2).setRandomSeed(1);
        CpSolverStatus status = solver.solve(model);
        assertThat(status).isIn(CpSolverStatus.OPTIMAL, CpSolverStatus.FEASIBLE);
        // Where time ran out, the solver's bound is still below every schedule.
        return solver.bestObjectiveBound() / SCALE;
    }

    /// The least overhead of a group of as many tiles as serve.
    private static IntVar overhead(CpModel model, LayerPhase phase, BoolVar[] serves) {
        long[] bySize = IntStream.rangeClosed(0, serves.length)
                .mapToLong(size -> size == 0 ? 0 : scaled(phase.leastOverheadCycles(size)))
                .toArray();
        IntVar overhead = model.newIntVar(0, Arrays.stream(bySize).max().orElseThrow(), "overhead");
        IntVar size = model.newIntVar(1, serves.length, "size");
        model.addEquality(size, LinearExpr.sum(serves));
        model.addElement(size, bySize, overhead);
        return overhead;
    }

    private static IntVar tileCycles(CpModel model, LayerPhase phase, List<IntVar> parts) {
        int total = Math.toIntExact(phase.totalUnits());
        long[] byLoad = IntStream.rangeClosed(0, total)
                .mapToLong(load -> scaled(phase.cost().tileCycles(load)))
                .toArray();
        IntVar load = model.newIntVar(0, total, "load");
        model.addEquality(load, LinearExpr.sum(parts.toArray(IntVar[]::new)));
        IntVar cycles = model.newIntVar(0, byLoad[total], "cycles");
        model.addElement(load, byLoad, cycles);
        return cycles;
    }

    private static long scaled(double cycles) {
        return (long) (cycles * SCALE);
    }
}

package h2eal.mapping.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.PageGeometry;
import h2eal.hardware.Accelerator;
import h2eal.mapping.Balancer;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.HeadWork;
import h2eal.mapping.KvFormat;
import h2eal.mapping.TestAccelerators;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.cost.LayerCost;
import h2eal.mapping.cost.LayerPhase;
import h2eal.model.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every balancer must keep, on random layers and on the edges.
class BalancerContractTest {

    private static final KvFormat FORMAT = new KvFormat(128, 4, Precision.F16, new PageGeometry(64, 16));

    record Layer(String name, List<HeadWork> works, Accelerator accelerator) {}

    static Set<String> names() {
        return Balancers.byName().keySet();
    }

    static Stream<Layer> layers() {
        Stream<Layer> edges = Stream.of(
                new Layer("one head, one tile", works(List.of(4096), List.of(0)), TestAccelerators.edge(1, 1)),
                new Layer("one head, many tiles", works(List.of(4096), List.of(2048)), TestAccelerators.edge(4, 4)),
                new Layer("nothing to read", works(List.of(0, 0, 0), List.of(0, 0, 0)), TestAccelerators.edge(2, 2)),
                new Layer("one token, many tiles", works(List.of(1, 0), List.of(0, 1)), TestAccelerators.edge(4, 4)),
                new Layer("more tiles than tokens", works(List.of(3, 5), List.of(1, 0)), TestAccelerators.edge(8, 8)),
                new Layer(
                        "one long head", works(List.of(1 << 18, 1, 1), List.of(0, 0, 0)), TestAccelerators.edge(2, 4)));
        Random random = new Random(20251124);
        Stream<Layer> drawn = IntStream.range(0, 40).mapToObj(i -> drawn(i, random));
        return Stream.concat(edges, drawn);
    }

    private static Layer drawn(int number, Random random) {
        int heads = 1 + random.nextInt(40);
        List<Integer> tokens = new ArrayList<>();
        List<Integer> summaries = new ArrayList<>();
        for (int i = 0; i < heads; i++) {
            boolean retrieval = random.nextBoolean();
            tokens.add(retrieval ? 4096 : random.nextInt(1000));
            summaries.add(retrieval ? random.nextInt(20000) : 0);
        }
        int rows = 1 + random.nextInt(6);
        int columns = 1 + random.nextInt(6);
        Accelerator accelerator =
                number % 2 == 0 ? TestAccelerators.edge(rows, columns) : TestAccelerators.silicon(rows, columns);
        return new Layer("seed 20251124, draw " + number, works(tokens, summaries), accelerator);
    }

    static List<HeadWork> works(List<Integer> tokens, List<Integer> summaries) {
        return IntStream.range(0, tokens.size())
                .mapToObj(i -> new HeadWork(new HeadId(i % 2, i / 2), tokens.get(i), summaries.get(i), 4, FORMAT))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void servesEveryUnitOfEveryHeadOnce(String name) {
        layers().forEach(layer -> {
            TileSchedule schedule = Balancers.named(name).assign(layer.works(), layer.accelerator());
            LayerCost cost = LayerCost.of(layer.works(), layer.accelerator());
            assertServed(layer, cost.attention(), schedule.groups());
            assertServed(layer, cost.scoring(), schedule.scoring());
        });
    }

    private static void assertServed(Layer layer, LayerPhase phase, List<HeadGroup> groups) {
        assertThat(groups)
                .as(layer.name())
                .extracting(HeadGroup::head)
                .containsExactlyElementsOf(
                        layer.works().stream().map(HeadWork::head).toList());
        assertThat(groups)
                .allSatisfy(group -> assertThat(group.tiles())
                        .allMatch(tile ->
                                tile >= 0 && tile < layer.accelerator().mesh().tiles()));
        assertThat(Arrays.stream(phase.loads(groups)).sum()).as(layer.name()).isEqualTo(phase.totalUnits());
    }

    @ParameterizedTest
    @MethodSource("names")
    void certifiesWhatItReturns(String name) {
        layers().forEach(layer -> {
            TileSchedule schedule = Balancers.named(name).assign(layer.works(), layer.accelerator());
            assertThat(schedule.makespanCycles())
                    .as(layer.name())
                    .isGreaterThanOrEqualTo(schedule.lowerBoundCycles() * (1 - 1e-9));
            assertThat(schedule.utilisation()).as(layer.name()).isBetween(0.0, 1.0);
            assertThat(schedule.mergeShare()).as(layer.name()).isBetween(0.0, 1.0);
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void isDeterministic(String name) {
        Balancer balancer = Balancers.named(name);
        layers().forEach(layer -> assertThat(balancer.assign(layer.works(), layer.accelerator()))
                .as(layer.name())
                .isEqualTo(balancer.assign(layer.works(), layer.accelerator())));
    }

    @Test
    void adaptiveIsNeverWorseThanAnyOther() {
        layers().forEach(layer -> {
            double adaptive = Balancers.named("adaptive")
                    .assign(layer.works(), layer.accelerator())
                    .makespanCycles();
            for (String other : names()) {
                double makespan = Balancers.named(other)
                        .assign(layer.works(), layer.accelerator())
                        .makespanCycles();
                assertThat(adaptive).as(layer.name() + ", " + other).isLessThanOrEqualTo(makespan * (1 + 1e-12));
            }
        });
    }

    @Test
    void oneTileTakesTheSumOfTheWork() {
        List<HeadWork> works = works(List.of(4096, 384, 384), List.of(0, 0, 0));
        Accelerator accelerator = TestAccelerators.edge(1, 1);
        LayerPhase phase = LayerCost.of(works, accelerator).attention();
        for (String name : names()) {
            assertThat(Balancers.named(name).assign(works, accelerator).makespanCycles())
                    .isCloseTo(phase.cost().tileCycles((4096 + 2 * 384) / 4), within(1e-9));
        }
    }

    @Test
    void wholeHeadsLeaveTilesIdleWhereThereAreMoreTilesThanHeads() {
        List<HeadWork> works = works(List.of(4096, 4096), List.of(0, 0));
        Accelerator accelerator = TestAccelerators.edge(4, 4);
        assertThat(Balancers.named("lpt").assign(works, accelerator).utilisation())
                .isLessThan(2.0 / 16);
        assertThat(Balancers.named("adaptive").assign(works, accelerator).utilisation())
                .isGreaterThan(0.9);
    }

    @Test
    void refusesAHeadThatIsListedTwice() {
        HeadWork work = new HeadWork(new HeadId(1, 3), 10, 0, 1, FORMAT);
        assertThatThrownBy(() -> Balancers.named("adaptive").assign(List.of(work, work), TestAccelerators.edge(1, 1)))
                .hasMessage("head 3 of sequence 1 is listed twice");
    }

    @Test
    void refusesATypeTheTilesCannotMultiply() {
        KvFormat format = new KvFormat(128, 4, Precision.INT4, new PageGeometry(64, 16));
        HeadWork work = new HeadWork(new HeadId(0, 0), 10, 0, 1, format);
        assertThatThrownBy(() -> Balancers.named("lpt").assign(List.of(work), TestAccelerators.edge(1, 1)))
                .hasMessageContaining("no MAC rate for INT4");
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        assertThatThrownBy(() -> Balancers.named("best"))
                .hasMessage("unknown balancer 'best', allowed: head-per-tile, round-robin, lpt, split-all, adaptive");
    }
}

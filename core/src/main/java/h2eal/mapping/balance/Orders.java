package h2eal.mapping.balance;

import h2eal.mapping.cost.LayerPhase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// The orders in which the adaptive balancer fills tiles with heads.
final class Orders {

    /// Up to so many heads every order is tried: 720 of them.
    private static final int EXHAUSTIVE = 6;

    private Orders() {}

    /// Orders of the heads that have work.
    static List<List<Integer>> of(LayerPhase phase) {
        List<Integer> heads = IntStream.range(0, phase.heads().size())
                .filter(head -> phase.units().get(head) > 0)
                .boxed()
                .toList();
        return heads.size() <= EXHAUSTIVE ? all(phase, heads) : some(phase, heads);
    }

    /// As given, longest first, shortest first, and long and short in turn, which pairs the largest groups with heads
    /// that fit beside them.
    private static List<List<Integer>> some(LayerPhase phase, List<Integer> heads) {
        List<Integer> longest = heads.stream()
                .sorted(Comparator.comparingLong(
                        (Integer head) -> -phase.units().get(head)))
                .toList();
        List<Integer> inTurn = new ArrayList<>(longest.size());
        for (int i = 0; i < longest.size(); i++) {
            inTurn.add(i % 2 == 0 ? longest.get(i / 2) : longest.get(longest.size() - 1 - i / 2));
        }
        return List.of(heads, longest, longest.reversed(), inTurn);
    }

    /// All orders, heads of equal work taken as one.
    private static List<List<Integer>> all(LayerPhase phase, List<Integer> heads) {
        if (heads.isEmpty()) {
            return List.of();
        }
        List<List<Integer>> orders = new ArrayList<>();
        extend(phase, List.of(), heads, orders);
        return orders;
    }

    private static void extend(LayerPhase phase, List<Integer> begun, List<Integer> left, List<List<Integer>> orders) {
        if (left.isEmpty()) {
            orders.add(begun);
            return;
        }
        List<Long> tried = new ArrayList<>();
        for (Integer head : left) {
            long units = phase.units().get(head);
            if (!tried.contains(units)) {
                tried.add(units);
                List<Integer> longer = new ArrayList<>(begun);
                longer.add(head);
                List<Integer> rest = new ArrayList<>(left);
                rest.remove(head);
                extend(phase, longer, rest, orders);
            }
        }
    }
}

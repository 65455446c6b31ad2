package h2eal.runtime.text;

import java.util.PriorityQueue;

/// Joins neighbouring pieces of a text, the cheapest pair first and the leftmost on a tie, until no pair can be joined.
/// Byte-level BPE and SentencePiece BPE differ only in what a pair costs. Takes n log n steps for n characters, so a
/// long run without a break is no trap.
final class SymbolMerger {

    /// What joining `text[from, middle)` with `text[middle, to)` costs; NaN when they cannot be joined.
    @FunctionalInterface
    interface PairCost {
        double of(String text, int from, int middle, int to);
    }

    /// Receives the final pieces from left to right.
    @FunctionalInterface
    interface PieceSink {
        void accept(String piece);
    }

    private record Pair(double cost, int left, int right, int to) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byCost = Double.compare(cost, other.cost);
            return byCost != 0 ? byCost : Integer.compare(left, other.left);
        }
    }

    private final String text;
    private final PairCost cost;
    private final PriorityQueue<Pair> pairs = new PriorityQueue<>();
    /// A piece is named by its first character; `end` is 0 for a piece that was joined to its left neighbour.
    private final int[] end;

    private final int[] previous;

    private SymbolMerger(String text, PairCost cost) {
        this.text = text;
        this.cost = cost;
        end = new int[text.length()];
        previous = new int[text.length() + 1];
    }

    static void merge(String text, PairCost cost, PieceSink sink) {
        SymbolMerger merger = new SymbolMerger(text, cost);
        merger.splitIntoCharacters();
        merger.joinCheapestFirst();
        for (int at = 0; at < text.length(); at = merger.end[at]) {
            sink.accept(text.substring(at, merger.end[at]));
        }
    }

    private void splitIntoCharacters() {
        int before = 0;
        for (int at = 0; at < text.length(); at = end[at]) {
            end[at] = text.offsetByCodePoints(at, 1);
            previous[at] = before;
            before = at;
        }
        previous[text.length()] = before;
        for (int at = 0; at < text.length(); at = end[at]) {
            propose(at);
        }
    }

    private void joinCheapestFirst() {
        while (!pairs.isEmpty()) {
            Pair pair = pairs.remove();
            boolean stale = end[pair.left()] != pair.right() || end[pair.right()] != pair.to();
            if (stale) {
                continue;
            }
            end[pair.left()] = pair.to();
            end[pair.right()] = 0;
            previous[pair.to()] = pair.left();
            propose(pair.left());
            if (pair.left() > 0) {
                propose(previous[pair.left()]);
            }
        }
    }

    /// Queues the pair of the piece at `left` and the one after it.
    private void propose(int left) {
        int right = end[left];
        if (right < text.length()) {
            double price = cost.of(text, left, right, end[right]);
            if (!Double.isNaN(price)) {
                pairs.add(new Pair(price, left, right, end[right]));
            }
        }
    }
}

package h2eal.selection;

import java.util.BitSet;

/// Where the queries of a prefill look: along vertical lines, keys that all of them see, and along slash lines, keys at
/// a distance that all have in common (MInference, arXiv 2407.02490). Lines are strips of keys wide; which lines, the
/// attention of a few sampled queries says.
public final class VerticalSlash {

    /// Distances that are always read: the strip of the query itself and the one before.
    private static final int FORCED_SLASHES = 2;

    private final BitSet verticals = new BitSet();
    private final BitSet slashes = new BitSet();
    private final float[][] shares;
    private final int[] own;
    /// Share of the attention on each line that no chosen line has yet, summed over the queries.
    private final float[] onVerticals;

    private final float[] onSlashes;

    private VerticalSlash(float[][] shares, int[] own) {
        this.shares = shares;
        this.own = own;
        int strips = shares[0].length;
        onVerticals = new float[strips];
        onSlashes = new float[strips];
        for (int query = 0; query < shares.length; query++) {
            for (int strip = 0; strip <= own[query]; strip++) {
                onVerticals[strip] += shares[query][strip];
                onSlashes[own[query] - strip] += shares[query][strip];
            }
        }
    }

    /// The lines that hold most of the attention of sampled queries, one after another, each by what the lines before
    /// it have left. The first strips and the nearest distances come first, whatever they hold.
    ///
    /// @param shares per query the share of its attention that each strip holds; overwritten
    /// @param own strip that holds the key of each query's own token
    /// @param sinkStrips first strips that are always read
    /// @param lines lines to choose, the forced ones included: a query reads as many strips at most, and two at least
    public static VerticalSlash of(float[][] shares, int[] own, int sinkStrips, int lines) {
        VerticalSlash chosen = new VerticalSlash(shares, own);
        for (int distance = 0; distance < FORCED_SLASHES; distance++) {
            chosen.takeSlash(distance);
        }
        for (int strip = 0; strip < Math.min(sinkStrips, lines - FORCED_SLASHES); strip++) {
            chosen.takeVertical(strip);
        }
        while (chosen.lines() < lines) {
            int vertical = largest(chosen.onVerticals);
            int slash = largest(chosen.onSlashes);
            if (Math.max(chosen.onVerticals[vertical], chosen.onSlashes[slash]) <= 0) {
                break;
            }
            if (chosen.onVerticals[vertical] >= chosen.onSlashes[slash]) {
                chosen.takeVertical(vertical);
            } else {
                chosen.takeSlash(slash);
            }
        }
        return chosen;
    }

    private static int largest(float[] numbers) {
        int largest = 0;
        for (int i = 1; i < numbers.length; i++) {
            largest = numbers[i] > numbers[largest] ? i : largest;
        }
        return largest;
    }

    private void takeVertical(int strip) {
        verticals.set(strip);
        for (int query = 0; query < own.length; query++) {
            take(query, strip);
        }
        onVerticals[strip] = 0;
    }

    private void takeSlash(int distance) {
        slashes.set(distance);
        for (int query = 0; query < own.length; query++) {
            take(query, own[query] - distance);
        }
        if (distance < onSlashes.length) {
            onSlashes[distance] = 0;
        }
    }

    private void take(int query, int strip) {
        if (strip >= 0 && strip <= own[query]) {
            float share = shares[query][strip];
            shares[query][strip] = 0;
            onVerticals[strip] -= share;
            onSlashes[own[query] - strip] -= share;
        }
    }

    /// Lines that were chosen.
    public int lines() {
        return verticals.cardinality() + slashes.cardinality();
    }

    /// Whether a query reads a strip; never one behind its own token.
    ///
    /// @param own strip that holds the key of the query's own token
    public boolean reads(int strip, int own) {
        return strip <= own && (verticals.get(strip) || slashes.get(own - strip));
    }
}

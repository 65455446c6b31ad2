package h2eal.selection;

import java.util.Arrays;

/// Deterministic top-k: the pages of the highest scores, ties to the lower page. Over several banks no bank serves more
/// than its share. Holds scratch that is used again; for one thread at a time.
///
/// [h2eal.mapping.crowding.BalancedPages] is the same idea for pages that have been placed. Here none are: a policy is
/// chosen, and its accuracy measured, before there is an accelerator, so pages count as whole and dealt in turn over
/// the banks. Where a placement does just that and nothing is left over, both choose the same pages.
final class TopPages {

    private static final int LOWEST = Integer.MIN_VALUE;

    /// Pages that each bank serves: page p lies in bank p mod their number.
    private final int[] held;

    private long[] heap = {};
    private int[] ranked = {};

    /// @param banks banks that serve equal shares; 1 for pages chosen by score alone
    TopPages(int banks) {
        held = new int[banks];
    }

    /// Chooses `count` of the pages `from .. to - 1`, strongest first, into `chosen`.
    ///
    /// Of the pages that one bank holds at most an equal share is taken, forced pages included. The strongest of each
    /// bank stay; what is exchanged are the weakest.
    ///
    /// @param scores score of page p at `offset + p`; a score that is not a number ranks below all others
    /// @param from pages below it, and page `to`, are forced and count for their banks
    /// @param count at most `to - from`
    void choose(float[] scores, int offset, int from, int to, int[] chosen, int count) {
        if (held.length == 1) {
            rank(scores, offset, from, to, chosen, count);
        } else {
            balance(scores, offset, from, to, chosen, count);
        }
    }

    private void rank(float[] scores, int offset, int from, int to, int[] best, int count) {
        if (heap.length < count) {
            heap = new long[count + count / 4];
        }
        for (int i = 0; i < count; i++) {
            heap[i] = key(scores[offset + from + i], from + i);
        }
        for (int i = count / 2 - 1; i >= 0; i--) {
            siftDown(heap, count, i);
        }
        for (int page = from + count; count > 0 && page < to; page++) {
            long key = key(scores[offset + page], page);
            if (key > heap[0]) {
                heap[0] = key;
                siftDown(heap, count, 0);
            }
        }
        // Taken out of the heap weakest first. The JDK's sort would allocate for each of its partitions.
        for (int left = count - 1; left >= 0; left--) {
            best[left] = page(heap[0]);
            heap[0] = heap[left];
            siftDown(heap, left, 0);
        }
    }

    private void balance(float[] scores, int offset, int from, int to, int[] chosen, int count) {
        if (ranked.length < to - from) {
            ranked = new int[to - from + (to - from) / 4];
        }
        rank(scores, offset, from, to, ranked, to - from);
        Arrays.fill(held, 0);
        for (int page = 0; page < from; page++) {
            held[page % held.length]++;
        }
        held[to % held.length]++;
        int left = to - from;
        int taken = 0;
        for (int limit = Math.ceilDiv(count + from + 1, held.length); taken < count; limit++) {
            int passed = 0;
            for (int i = 0; i < left; i++) {
                int page = ranked[i];
                if (taken < count && held[page % held.length] < limit) {
                    held[page % held.length]++;
                    chosen[taken++] = page;
                } else {
                    ranked[passed++] = page;
                }
            }
            left = passed;
        }
    }

    /// A number that orders like the score, then like the page backwards. Distinct for distinct pages, so the result
    /// does not depend on the order of visits.
    private static long key(float score, int page) {
        return ((long) ordered(score) << 32) | (0xFFFF_FFFFL - page);
    }

    private static int page(long key) {
        return (int) (0xFFFF_FFFFL - (key & 0xFFFF_FFFFL));
    }

    /// Bits of a float as an integer of the same order. Adding zero makes the two zeros one.
    private static int ordered(float score) {
        if (Float.isNaN(score)) {
            return LOWEST;
        }
        int bits = Float.floatToIntBits(score + 0f);
        return bits ^ ((bits >> 31) & 0x7FFF_FFFF);
    }

    private static void siftDown(long[] heap, int size, int start) {
        long moved = heap[start];
        int at = start;
        int child = 2 * at + 1;
        while (child < size) {
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= moved) {
                break;
            }
            heap[at] = heap[child];
            at = child;
            child = 2 * at + 1;
        }
        heap[at] = moved;
    }
}

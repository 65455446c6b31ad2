package h2eal.selection;

/// Deterministic top-k: the pages of the highest scores, ties to the lower page.
final class TopPages {

    private static final int LOWEST = Integer.MIN_VALUE;

    private TopPages() {}

    /// The `count` best of the pages `from .. to - 1`, strongest first.
    ///
    /// @param scores score of page p at `offset + p`; a score that is not a number ranks below all others
    /// @param count at most `to - from`
    static int[] best(float[] scores, int offset, int from, int to, int count) {
        int[] best = new int[count];
        best(scores, offset + from, to - from, new long[count], best, count);
        for (int i = 0; i < count; i++) {
            best[i] += from;
        }
        return best;
    }

    /// The `count` best of the pages whose scores are `scores[at..at + pages)`, strongest first, into `best`: numbers
    /// from 0 on.
    ///
    /// @param scratch at least `count` numbers
    static void best(float[] scores, int at, int pages, long[] scratch, int[] best, int count) {
        for (int i = 0; i < count; i++) {
            scratch[i] = key(scores[at + i], i);
        }
        for (int i = count / 2 - 1; i >= 0; i--) {
            siftDown(scratch, count, i);
        }
        for (int page = count; count > 0 && page < pages; page++) {
            long key = key(scores[at + page], page);
            if (key > scratch[0]) {
                scratch[0] = key;
                siftDown(scratch, count, 0);
            }
        }
        // Taken out of the heap weakest first. The JDK's sort would allocate for each of its partitions.
        for (int left = count - 1; left >= 0; left--) {
            best[left] = page(scratch[0]);
            scratch[0] = scratch[left];
            siftDown(scratch, left, 0);
        }
    }

    /// The `count` best pages under a limit: of the pages that one bank holds, page p in bank p mod `banks`, at most an
    /// equal share is taken, forced pages included. The strongest of each bank stay; what is exchanged are the weakest.
    ///
    /// @param from pages below it, and page `to`, are forced and count for their banks
    static int[] balanced(float[] scores, int offset, int from, int to, int count, int banks) {
        int[] all = best(scores, offset, from, to, to - from);
        int most = Math.ceilDiv(count + from + 1, banks);
        int[] held = new int[banks];
        for (int page = 0; page < from; page++) {
            held[page % banks]++;
        }
        held[to % banks]++;
        int[] chosen = new int[count];
        int taken = 0;
        boolean[] passed = new boolean[all.length];
        for (int limit = most; taken < count; limit++) {
            for (int i = 0; i < all.length && taken < count; i++) {
                if (!passed[i] && held[all[i] % banks] < limit) {
                    held[all[i] % banks]++;
                    passed[i] = true;
                    chosen[taken++] = all[i];
                }
            }
        }
        return chosen;
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

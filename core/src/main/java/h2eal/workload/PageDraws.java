package h2eal.workload;

/// The page scores of one head of a synthetic workload. Every random number is a hash of what it stands for, so that it
/// depends neither on the order of the questions nor on the other heads.
///
/// @param seed stands for the workload, layer and head
/// @param layerSeed stands for the workload and layer
record PageDraws(PagePopularity popularity, long seed, long layerSeed) {

    private static final long RANK = 1;
    private static final long HOT = 2;
    private static final long RENEWAL = 3;
    private static final long NOISE = 4;
    private static final long LASTING = 5;
    private static final long DRIFTING = 6;
    private static final long PASSING = 7;

    /// In recorded selections a page's neighbours are read too more often than others up to four pages away.
    private static final int RUN_PAGES = 5;

    /// Stands before the numbers of pages whose noise belongs to runs.
    private static final int RUNS = 1 << 30;

    /// Variance of the sum of four numbers drawn evenly from 0 to 1.
    private static final double FOUR_DRAWS = 4 / 12.0;

    /// The draws of one head.
    static PageDraws of(PagePopularity popularity, long seed, int layer, int head) {
        long layerSeed = mix(seed, layer);
        return new PageDraws(popularity, mix(layerSeed, head), layerSeed);
    }

    /// The score of one page in a selection: the logarithm of its weight over an exponential random number. The pages
    /// with the highest scores are a draw by weight without replacement (Efraimidis and Spirakis 2006).
    ///
    /// @param pages pages in the cache
    /// @param round number of the selection
    float score(int page, int pages, int round) {
        return (float)
                switch (popularity) {
                    case PagePopularity.Uniform uniform -> drawn(1, page, round);
                    case PagePopularity.Zipf zipf -> {
                        double rank = 1 + Math.floor(uniform(RANK, page, 0) * pages);
                        double popularity = zipf.exponent() == 1 ? 1 / rank : Math.pow(rank, -zipf.exponent());
                        double recency = Math.exp(-(pages - 1 - page) / zipf.recencyPages());
                        yield drawn(popularity + recency, page, round);
                    }
                    case PagePopularity.Hot hot -> {
                        double weight = uniform(HOT, page, 0) < hot.hotShare() ? hot.hotWeight() : 1;
                        yield drawn(weight, page, lastRenewal(page, round, hot.persistence()));
                    }
                    case PagePopularity.Fitted fitted ->
                        fitted.place(page, pages)
                                + Math.sqrt(1 - fitted.neighbours()) * noise(fitted, page, round)
                                + Math.sqrt(fitted.neighbours()) * run(fitted, page, round);
                };
    }

    /// Noise of unit variance that is the more alike the closer two pages are, and independent beyond a run.
    private double run(PagePopularity.Fitted fitted, int page, int round) {
        double sum = 0;
        for (int i = 0; i < RUN_PAGES; i++) {
            sum += noise(fitted, RUNS + page + i, round);
        }
        return sum / Math.sqrt(RUN_PAGES);
    }

    /// Noise of unit variance that belongs to one page.
    private double noise(PagePopularity.Fitted fitted, int page, int round) {
        double passing = Math.max(0, 1 - fitted.lasting() - fitted.drifting());
        double noise = Math.sqrt(fitted.lasting()) * shared(LASTING, page, 0, fitted.layerShare())
                + Math.sqrt(passing) * shared(PASSING, page, round, fitted.layerShare());
        if (fitted.drifting() > 0) {
            int drawn = lastRenewal(page, round, fitted.persistence());
            noise += Math.sqrt(fitted.drifting()) * shared(DRIFTING, page, drawn, fitted.layerShare());
        }
        return noise;
    }

    private double shared(long purpose, int page, int round, double layerShare) {
        return Math.sqrt(1 - layerShare) * normal(mix(mix(mix(seed, purpose), page), round))
                + Math.sqrt(layerShare) * normal(mix(mix(mix(layerSeed, purpose), page), round));
    }

    /// Nearly normal, of unit variance: four even draws of 16 bits, added.
    private static double normal(long bits) {
        long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
        return ((sum + 2) * 0x1p-16 - 2) / Math.sqrt(FOUR_DRAWS);
    }

    /// The latest round up to `round` in which the page drew new noise; round 0 always does.
    private int lastRenewal(int page, int round, double persistence) {
        int renewal = round;
        while (renewal > 0 && uniform(RENEWAL, page, renewal) < persistence) {
            renewal--;
        }
        return renewal;
    }

    private double drawn(double weight, int page, int round) {
        return Math.log(weight / -Math.log(uniform(NOISE, page, round)));
    }

    /// A number strictly between 0 and 1.
    private double uniform(long purpose, int page, int round) {
        long bits = mix(mix(mix(seed, purpose), page), round) >>> 11;
        return (bits + 0.5) * 0x1p-53;
    }

    /// SplitMix64's finaliser over the sum of both numbers, the second one spread by its increment.
    private static long mix(long state, long number) {
        long z = state + (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

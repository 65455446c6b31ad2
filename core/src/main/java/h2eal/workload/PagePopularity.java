package h2eal.workload;

import java.util.List;
import java.util.stream.Stream;

/// How a synthetic workload decides which pages a query likes: a weight per page, from which the pages of a selection
/// are drawn without replacement.
public sealed interface PagePopularity {

    /// All pages are equal, and every selection is drawn anew: the least reuse a cache could see.
    record Uniform() implements PagePopularity {}

    /// A few pages of each head are popular, and recent pages are as popular as the most popular one: the weight of a
    /// page of rank r and age a (in pages, 0 for the newest) is `r^-exponent + exp(-a / recencyPages)`. Ranks are drawn
    /// per head and stay.
    ///
    /// @param exponent 0 for equal ranks; 1 is Zipf's law
    /// @param recencyPages pages over which recency fades by a factor e
    record Zipf(double exponent, double recencyPages) implements PagePopularity {
        public Zipf {
            if (!(exponent >= 0 && exponent < Double.POSITIVE_INFINITY && recencyPages > 0)) {
                throw new IllegalArgumentException("exponent must be at least 0 and recencyPages positive: %s, %s"
                        .formatted(exponent, recencyPages));
            }
        }
    }

    /// A share of the pages of each head is hot, and stays so; the noise of a page is kept from one selection to the
    /// next with a given probability, so that selections overlap.
    ///
    /// @param hotShare share of the pages that are hot, 0 to 1
    /// @param hotWeight weight of a hot page; others have 1
    /// @param persistence probability that a page keeps its noise, 0 to 1; at 1 selections change only with the context
    record Hot(double hotShare, double hotWeight, double persistence) implements PagePopularity {
        public Hot {
            if (!(hotShare >= 0 && hotShare <= 1 && persistence >= 0 && persistence <= 1)) {
                throw new IllegalArgumentException(
                        "hotShare and persistence must be from 0 to 1: %s, %s".formatted(hotShare, persistence));
            }
            if (!(hotWeight >= 1 && hotWeight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("hotWeight must be at least 1: " + hotWeight);
            }
        }
    }

    /// What was measured on the reads of a real run: a page's appeal by its depth, plus noise of unit variance in three
    /// parts that stay, drift and come anew. Only the order of the appeals matters, so that the weights carry to other
    /// contexts and budgets.
    ///
    /// @param depth appeal of the pages in each equal part of the context, the oldest part first, in standard
    /// deviations
    ///     of the noise
    /// @param recent appeal of the pages just before the newest, the youngest first, in place of their depth's
    /// @param lasting share of the noise's variance that stays for good
    /// @param drifting share that stays from one selection to the next with probability `persistence`; the rest is
    /// drawn
    ///     for every selection
    /// @param persistence probability, 0 to 1
    /// @param neighbours share of the noise's variance that pages have in common with those up to four pages away, the
    ///     less the farther: selected pages come in runs
    /// @param layerShare share of the noise's variance that the heads of a layer have in common, 0 to 1
    record Fitted(
            List<Double> depth,
            List<Double> recent,
            double lasting,
            double drifting,
            double persistence,
            double neighbours,
            double layerShare)
            implements PagePopularity {
        public Fitted {
            depth = List.copyOf(depth);
            recent = List.copyOf(recent);
            if (depth.isEmpty()) {
                throw new IllegalArgumentException("depth needs the appeal of at least one part of the context");
            }
            if (!Stream.concat(depth.stream(), recent.stream()).allMatch(Double::isFinite)) {
                throw new IllegalArgumentException("depth and recent must be finite: %s, %s".formatted(depth, recent));
            }
            if (!(lasting >= 0 && drifting >= 0 && lasting + drifting <= 1 + 1e-9)) {
                throw new IllegalArgumentException(
                        "lasting and drifting must be at least 0 and at most 1 together: %s, %s"
                                .formatted(lasting, drifting));
            }
            if (!(isShare(persistence) && isShare(neighbours) && isShare(layerShare))) {
                throw new IllegalArgumentException(
                        "persistence, neighbours and layerShare must be from 0 to 1: %s, %s, %s"
                                .formatted(persistence, neighbours, layerShare));
            }
        }

        private static boolean isShare(double value) {
            return value >= 0 && value <= 1;
        }

        /// Appeal of a page by its place.
        ///
        /// @param pages pages in the cache
        double place(int page, int pages) {
            int age = pages - 1 - page;
            return age >= 1 && age <= recent.size()
                    ? recent.get(age - 1)
                    : depth.get((int) ((long) page * depth.size() / pages));
        }
    }
}

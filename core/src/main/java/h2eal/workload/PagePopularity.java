package h2eal.workload;

/// How a synthetic workload decides which pages a query likes: a weight per page, from which the pages of a selection
/// are
/// drawn without replacement (by adding Gumbel noise to the logarithms of the weights and taking the highest).
public sealed interface PagePopularity {

    /// All pages are equal, and every selection is drawn anew: the least reuse a cache could see.
    record Uniform() implements PagePopularity {}

    /// A few pages of each head are popular, and recent pages are as popular as the most popular one: the weight of a
    /// page
    /// of rank r and age a (in pages, 0 for the newest) is `r^-exponent + exp(-a / recencyPages)`. Ranks are drawn per
    /// head
    /// and stay.
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
    /// next
    /// with a given probability, so that selections overlap.
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
}

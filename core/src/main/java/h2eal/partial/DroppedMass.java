package h2eal.partial;

/// The share of the attention that a sparse read leaves out: computed when the dense attention is known, bounded when
/// only the scores of the dropped pages are.
///
/// It measures the error exactly: dense output - kept output = share * (dropped output - kept output).
public final class DroppedMass {

    private DroppedMass() {}

    /// The share of the attention that falls on the tokens not kept.
    public static double of(Partial kept, Partial dense) {
        return 1 - kept.massWithin(dense);
    }

    /// A bound on the dropped share, from upper bounds on the scores of what was dropped.
    ///
    /// @param kept attention over what was kept
    /// @param bounds scaled upper bounds, one per dropped page; [Double#NEGATIVE_INFINITY] for kept pages
    /// @param tokens tokens of each page
    /// @return 1 / (1 + exp(lse kept - log sum of tokens * exp(bound)))
    public static double bound(Partial kept, double[] bounds, int[] tokens) {
        double top = Double.NEGATIVE_INFINITY;
        for (double bound : bounds) {
            top = Math.max(top, bound);
        }
        if (top == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        double sum = 0;
        for (int page = 0; page < bounds.length; page++) {
            sum += tokens[page] * Math.exp(bounds[page] - top);
        }
        return 1 / (1 + Math.exp(kept.logSumExp() - top - Math.log(sum)));
    }
}

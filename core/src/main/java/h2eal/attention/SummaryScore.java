package h2eal.attention;

/// How a query scores the keys behind one key summary.
public enum SummaryScore {
    /// Upper bound over the box of channel minima and maxima (Quest eq. 2, LServe).
    BOX,
    /// Dot product with the mean key plus its spread, the standard deviation of the dot products under
    /// independent channels (UNIQUE).
    SPREAD,
    /// Estimated logarithm of the mean attention weight behind the summary: the mean dot product plus half its variance
    /// times the softmax scale, the second cumulant. Same summary as [#SPREAD]; an estimate where that ranks.
    MASS
}

package h2eal.sim.report;

/// Whether weights and KV cache fit.
///
/// @param bankBytes size of one bank
/// @param weightBytes weights in one bank; they are spread evenly
/// @param cacheBytes KV cache in the fullest bank
/// @param totalBytes size of all banks
/// @param totalWeightBytes all weights
/// @param totalCacheBytes the whole KV cache, whole rows
public record CapacityReport(
        long bankBytes,
        long weightBytes,
        long cacheBytes,
        long totalBytes,
        long totalWeightBytes,
        long totalCacheBytes) {

    /// Whether the fullest bank holds its weights and its part of the cache.
    public boolean fits() {
        return weightBytes + cacheBytes <= bankBytes;
    }

    /// One line with the numbers, and what does not fit.
    public String explanation() {
        String sum = "weights %s + cache %s of %s; fullest bank: weights %s + cache %s of %s"
                .formatted(
                        mebibytes(totalWeightBytes),
                        mebibytes(totalCacheBytes),
                        mebibytes(totalBytes),
                        mebibytes(weightBytes),
                        mebibytes(cacheBytes),
                        mebibytes(bankBytes));
        return fits() ? "fits: " + sum : "does not fit: " + sum;
    }

    private static String mebibytes(long bytes) {
        return "%.1f MiB".formatted(bytes / 1048576.0);
    }
}

package h2eal.runtime;

/// How long prefill and decode took, on the wall clock.
///
/// @param prefillTokens tokens read in batches
/// @param decodeTokens tokens read one by one
public record Timings(int prefillTokens, long prefillNanoseconds, int decodeTokens, long decodeNanoseconds) {

    /// Prompt tokens per second; 0 before the first.
    public double prefillTokensPerSecond() {
        return rate(prefillTokens, prefillNanoseconds);
    }

    /// Decode steps per second; 0 before the first.
    public double decodeTokensPerSecond() {
        return rate(decodeTokens, decodeNanoseconds);
    }

    /// Milliseconds of one decode step; 0 before the first.
    public double decodeMillisecondsPerToken() {
        return decodeTokens == 0 ? 0 : decodeNanoseconds / 1e6 / decodeTokens;
    }

    private static double rate(int tokens, long nanoseconds) {
        return nanoseconds == 0 ? 0 : tokens * 1e9 / nanoseconds;
    }
}

package h2eal.attention;

/// How the numbers of a key summary are stored. Summaries of a long context are most of what a step reads: one per 16
/// tokens is a sixteenth of the cache, and 4096 selected tokens of 128K are half of that.
public enum SummaryPrecision {
    /// As the simulated cache stores its keys; in 32 bits by the runtime, whatever its cache.
    CACHE,
    /// In 8 bits, rounded to nearest, with one scale for each of the two vectors of a summary.
    INT8
}

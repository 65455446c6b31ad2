package h2eal.lab.trace;

/// The file formats that say what heads read.
public enum TraceFormat {
    /// Our own: the exact reads of every head, which `generate --trace` records.
    H2RT,
    /// A page log of LServe as page-aware PIM simulators read it: one line per layer, layers of a step one after the
    /// other, one quoted list of pages per head.
    LSERVE,
    /// STARC's budget table: tokens that every head may attend, one number per decode step.
    STARC
}

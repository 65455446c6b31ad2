package h2eal.attention;

/// How the query heads that share a KV head agree on the pages to read.
public enum GroupRule {
    /// Each query head selects its own pages; the cache traffic is their union.
    NONE,
    /// One selection by the sum of the scores.
    SUM,
    /// One selection by the largest score.
    MAX,
    /// One selection by the largest share after a softmax over pages within each query head: scale-free.
    SOFTMAX_MAX
}

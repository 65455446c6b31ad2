package h2eal.attention;

/// Sizes of the hierarchical pages: a page is the unit of selection, placement and allocation; a summary page
/// (logical page) is the unit that shares one key summary.
///
/// @param pageTokens tokens of one KV head per page
/// @param summaryTokens tokens per key summary; divides `pageTokens`
public record PageGeometry(int pageTokens, int summaryTokens) {

    public PageGeometry {
        if (summaryTokens < 1 || pageTokens < summaryTokens || pageTokens % summaryTokens != 0) {
            throw new IllegalArgumentException("pageTokens must be a positive multiple of summaryTokens: %d, %d"
                    .formatted(pageTokens, summaryTokens));
        }
    }

    /// Key summaries per page.
    public int summariesPerPage() {
        return pageTokens / summaryTokens;
    }

    /// Pages that hold `tokens` tokens, the open page included.
    public int pages(int tokens) {
        return Math.ceilDiv(tokens, pageTokens);
    }

    /// Key summaries that cover `tokens` tokens, the open one included.
    public int summaries(int tokens) {
        return Math.ceilDiv(tokens, summaryTokens);
    }
}

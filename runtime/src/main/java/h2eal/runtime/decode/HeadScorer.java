package h2eal.runtime.decode;

import h2eal.attention.PageGeometry;
import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.page.QueryRows;
import h2eal.runtime.page.SummaryLayout;
import h2eal.selection.PageScorer;
import java.util.Arrays;

/// Scores the pages of one KV head for the queries in its rows: the score of a page is the highest of its summaries.
final class HeadScorer implements PageScorer {

    private final PageKernels kernels;
    private final PageGeometry geometry;
    private final HeadCache cache;
    private final QueryRows rows;
    private final float[] blockScores;
    private float[] pageScores = {};

    HeadScorer(PageKernels kernels, PageGeometry geometry, HeadCache cache, QueryRows rows) {
        this.kernels = kernels;
        this.geometry = geometry;
        this.cache = cache;
        this.rows = rows;
        blockScores = new float[rows.capacity() * SummaryLayout.BLOCK];
    }

    @Override
    public float[] score(int pages) {
        SummaryLayout layout = cache.summaries()
                .orElseThrow(
                        () -> new IllegalStateException("the cache keeps no key summaries of a head that selects"));
        int group = rows.capacity();
        if (pageScores.length < group * pages) {
            // room for a quarter more pages, so that a growing context seldom allocates
            pageScores = new float[group * (pages + pages / 4 + 16)];
        }
        Arrays.fill(pageScores, 0, group * pages, Float.NEGATIVE_INFINITY);
        rows.prepareScores(layout.kind());
        int summaries = geometry.summaries(cache.tokens());
        for (int block = 0; block * SummaryLayout.BLOCK < summaries; block++) {
            kernels.score(layout, cache.summaryMemory(block), cache.summaryAt(block), rows, blockScores);
            int first = block * SummaryLayout.BLOCK;
            int lanes = Math.min(SummaryLayout.BLOCK, summaries - first);
            for (int row = 0; row < group; row++) {
                raise(row * pages, first, lanes, row * SummaryLayout.BLOCK);
            }
        }
        return pageScores;
    }

    /// Raises the scores of the pages, which start at `pagesAt`, to those of `count` summaries from `summary` on.
    private void raise(int pagesAt, int summary, int count, int scoresAt) {
        int perPage = geometry.summariesPerPage();
        int at = pagesAt + summary / perPage;
        int left = perPage - summary % perPage;
        for (int i = 0; i < count; i++) {
            pageScores[at] = Math.max(pageScores[at], blockScores[scoresAt + i]);
            if (--left == 0) {
                at++;
                left = perPage;
            }
        }
    }
}

package h2eal.runtime.decode;

import h2eal.attention.PageGeometry;
import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.page.PageLayout;
import h2eal.runtime.page.QueryRows;
import h2eal.selection.PageScorer;

/// Scores the pages of one KV head by the attention that they really hold: the oracle that no summary can beat. Reads
/// every key, one number at a time, and is not meant to be fast.
///
/// The score of a page is the logarithm of the mean weight of its tokens, over the softmax scale: among full pages it
/// ranks by attention, and the share of a page that follows from it is exact.
final class ExactScorer implements PageScorer {

    private final PageGeometry geometry;
    private final HeadCache cache;
    private final QueryRows rows;
    private final float[] key;
    private final double[] sums;
    private final double[] tops;
    private float[] pageScores = {};

    ExactScorer(PageGeometry geometry, HeadCache cache, QueryRows rows) {
        this.geometry = geometry;
        this.cache = cache;
        this.rows = rows;
        key = new float[cache.layout().headSize()];
        sums = new double[rows.capacity()];
        tops = new double[rows.capacity()];
    }

    @Override
    public float[] score(int pages) {
        int group = rows.capacity();
        if (pageScores.length < group * pages) {
            pageScores = new float[group * (pages + pages / 4 + 16)];
        }
        double scale = 1 / Math.sqrt(key.length);
        for (int page = 0; page < pages; page++) {
            int tokens = Math.min(geometry.pageTokens(), cache.tokens() - page * geometry.pageTokens());
            scorePage(page, tokens);
            for (int row = 0; row < group; row++) {
                pageScores[row * pages + page] = (float) ((tops[row] + Math.log(sums[row] / tokens)) / scale);
            }
        }
        return pageScores;
    }

    /// Leaves the largest scaled score of each row in `tops`, and the sum of weights relative to it in `sums`.
    private void scorePage(int page, int tokens) {
        PageLayout layout = cache.layout();
        for (int slot = 0; slot < tokens; slot++) {
            for (int i = 0; i < key.length; i++) {
                key[i] = layout.key(cache.memory(page), cache.pageAt(page), slot, i);
            }
            for (int row = 0; row < rows.capacity(); row++) {
                double score = rows.score(row, key, 0);
                double top = slot == 0 ? score : Math.max(tops[row], score);
                double earlier = slot == 0 ? 0 : sums[row] * Math.exp(tops[row] - top);
                sums[row] = earlier + Math.exp(score - top);
                tops[row] = top;
            }
        }
    }
}

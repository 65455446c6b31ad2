package h2eal.runtime.decode;

import h2eal.attention.HeadPattern;
import h2eal.partial.CompensationToken;
import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.page.PageLayout;
import h2eal.runtime.page.QueryRows;

/// The tokens between sink and window of a streaming head, and the one token that stands for them (RazorAttention).
///
/// Keys and values are taken in as they are stored, when they leave the window; so the cache must still hold them.
final class DroppedTokens {

    private final HeadPattern.Streaming pattern;
    private final HeadCache cache;
    private final float[] key;
    private final float[] value;
    private CompensationToken token;

    DroppedTokens(HeadPattern.Streaming pattern, HeadCache cache) {
        this.pattern = pattern;
        this.cache = cache;
        key = new float[cache.layout().headSize()];
        value = new float[cache.layout().headSize()];
        reset();
    }

    /// Forgets all tokens; they are taken in again from the cache.
    void reset() {
        token = new CompensationToken(key.length);
    }

    /// Takes in what has left the window since.
    void advance() {
        int windowFrom = cache.tokens() - pattern.windowTokens();
        for (int next = pattern.sinkTokens() + token.count(); next < windowFrom; next++) {
            load(next);
            token.drop(key, 0, value, 0);
        }
    }

    /// Lets the first `count` rows attend to the token.
    void addTo(QueryRows rows, int count) {
        if (token.count() == 0) {
            return;
        }
        token.writeMeans(key, value);
        for (int row = 0; row < count; row++) {
            rows.addToken(row, rows.score(row, key, 0), token.count(), value, 0);
        }
    }

    private void load(int position) {
        PageLayout layout = cache.layout();
        int page = position / layout.pageTokens();
        int slot = position % layout.pageTokens();
        for (int i = 0; i < key.length; i++) {
            key[i] = layout.key(cache.memory(page), cache.pageAt(page), slot, i);
            value[i] = layout.value(cache.memory(page), cache.pageAt(page), slot, i);
        }
    }
}

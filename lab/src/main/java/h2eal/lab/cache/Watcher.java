package h2eal.lab.cache;

/// Told about a run of many pieces, and asked whether to go on; called by all threads.
public interface Watcher {

    /// So many pieces are done.
    void done(int pieces);

    /// Whether the user wants to stop; what is finished stays in the cache.
    boolean stopped();

    /// Whether every piece is computed, whatever the cache holds.
    boolean ignoresCache();
}

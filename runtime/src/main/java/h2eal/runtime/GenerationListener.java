package h2eal.runtime;

/// Follows a generation while it runs, on the thread that runs it, and can end it.
public interface GenerationListener {

    /// Follows nothing and never ends the generation.
    GenerationListener NONE = new GenerationListener() {};

    /// Hears that `done` of `total` prompt tokens are in the cache.
    ///
    /// @return whether to go on
    default boolean prefilled(int done, int total) {
        return true;
    }

    /// Hears of one generated token; of the end-of-generation token only when text was held back before it.
    ///
    /// @param text the text that this token completes; empty while a character or a stop text is incomplete
    /// @return whether to go on
    default boolean generated(int token, String text) {
        return true;
    }
}

package h2eal.lab.spec;

/// The kinds of blocks that have presets in `configs/`.
public enum Kind {
    MODEL("models", "model"),
    HARDWARE("hardware", "hardware"),
    ATTENTION("attention", "attention"),
    MAPPING("mapping", "mapping"),
    WORKLOAD("workload", "workload"),
    TIMING("timing", "timing");

    private final String folder;
    private final String word;

    Kind(String folder, String word) {
        this.folder = folder;
        this.word = word;
    }

    /// Sub-folder of `configs/`.
    public String folder() {
        return folder;
    }

    /// Key of the block in a spec, and its name in messages.
    public String word() {
        return word;
    }
}

package h2eal.hardware;

/// A command on the interface of a DRAM bank.
public enum DramCommand {
    /// Opens a row: copies it into the row buffer of its sub-bank.
    ACTIVATE,
    /// Closes the open row of a sub-bank.
    PRECHARGE,
    /// Moves one burst from the open row.
    READ,
    /// Moves one burst into the open row.
    WRITE,
    /// Refreshes the next rows of every sub-bank; all must be closed.
    REFRESH,
    /// Refreshes the next rows of one sub-bank, which must be closed.
    REFRESH_SUB_BANK;

    /// Whether the command moves data.
    public boolean movesData() {
        return this == READ || this == WRITE;
    }
}

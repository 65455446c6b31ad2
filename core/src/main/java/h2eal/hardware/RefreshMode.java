package h2eal.hardware;

/// What one refresh command refreshes.
public enum RefreshMode {
    /// All sub-banks of a bank together, every tREFI.
    ALL_BANK,
    /// One sub-bank after the other, each once per tREFI, while the others keep serving.
    PER_BANK
}

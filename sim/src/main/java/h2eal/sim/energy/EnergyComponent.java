package h2eal.sim.energy;

/// Where energy goes.
public enum EnergyComponent {
    DRAM_ACTIVATE,
    /// Column access and hybrid-bond crossing.
    DRAM_COLUMN,
    DRAM_REFRESH,
    DRAM_BACKGROUND,
    SRAM,
    MAC,
    /// Exponentials and other special functions.
    SPECIAL,
    /// Score multiply-adds and top-k of the page selectors.
    SELECTOR,
    NOC_ROUTER,
    NOC_WIRE,
    /// Leakage of the logic die.
    LEAKAGE;

    /// Whether the energy is drawn by time, whatever happens.
    public boolean byTime() {
        return this == DRAM_REFRESH || this == DRAM_BACKGROUND || this == LEAKAGE;
    }
}

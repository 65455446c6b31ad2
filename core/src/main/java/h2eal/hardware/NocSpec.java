package h2eal.hardware;

/// The on-chip network: a mesh with XY routing and wormhole switching. Times are in logic cycles.
///
/// @param flitBytes bytes that cross one link in one cycle
/// @param routerCycles latency of one router
/// @param linkCycles latency of one link
/// @param tilePitchMillimetres length of one link, for its wire energy
public record NocSpec(int flitBytes, int routerCycles, int linkCycles, double tilePitchMillimetres) {

    public NocSpec {
        if (flitBytes < 1 || routerCycles < 0 || linkCycles < 1) {
            throw new IllegalArgumentException("flitBytes and linkCycles must be positive, routerCycles not negative: "
                    + "%d, %d, %d".formatted(flitBytes, linkCycles, routerCycles));
        }
        if (!(tilePitchMillimetres > 0)) {
            throw new IllegalArgumentException("tilePitchMillimetres must be positive: " + tilePitchMillimetres);
        }
    }

    /// Latency of one hop.
    public int hopCycles() {
        return routerCycles + linkCycles;
    }
}

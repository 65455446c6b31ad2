package h2eal.hardware;

/// Timing of one DRAM bank in cycles of its own interface clock, JEDEC's names.
///
/// @param clockNanoseconds period of the interface clock
/// @param tCcd column command to column command; equals the cycles one burst occupies the interface
/// @param tCl read command to first data
/// @param tCwl write command to first data
/// @param tRcd activate to column command
/// @param tRp precharge to activate
/// @param tRas activate to precharge
/// @param tRc activate to activate
/// @param tWr end of write data to precharge
/// @param tRtp read to precharge
/// @param tWtr end of write data to read
/// @param tRefi cycles between refreshes; 0 when the bank needs none
/// @param tRfc cycles one refresh occupies the bank
public record DramTiming(
        double clockNanoseconds,
        int tCcd,
        int tCl,
        int tCwl,
        int tRcd,
        int tRp,
        int tRas,
        int tRc,
        int tWr,
        int tRtp,
        int tWtr,
        int tRefi,
        int tRfc) {

    public DramTiming {
        if (!(clockNanoseconds > 0)) {
            throw new IllegalArgumentException("clockNanoseconds must be positive: " + clockNanoseconds);
        }
        if (Math.min(Math.min(tCcd, tCl), Math.min(tRcd, tRp)) < 1) {
            throw new IllegalArgumentException(
                    "tCcd, tCl, tRcd and tRp must be at least 1 cycle: %d, %d, %d, %d".formatted(tCcd, tCl, tRcd, tRp));
        }
        if (tRc < tRas) {
            throw new IllegalArgumentException("tRc must be at least tRas: %d, %d".formatted(tRc, tRas));
        }
        if (tRefi > 0 && tRfc >= tRefi) {
            throw new IllegalArgumentException("tRfc must be below tRefi: %d, %d".formatted(tRfc, tRefi));
        }
    }
}

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
/// @param tRrd activate to activate of another sub-bank
/// @param tRefi cycles between refreshes; 0 when the bank needs none
/// @param tRfc cycles one refresh occupies what it refreshes
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
        int tRrd,
        int tRefi,
        int tRfc) {

    public DramTiming {
        if (!(clockNanoseconds > 0) || Double.isInfinite(clockNanoseconds)) {
            throw new IllegalArgumentException("clockNanoseconds must be positive: " + clockNanoseconds);
        }
        requireAtLeast(1, "tCcd", tCcd);
        requireAtLeast(1, "tCl", tCl);
        requireAtLeast(1, "tCwl", tCwl);
        requireAtLeast(1, "tRcd", tRcd);
        requireAtLeast(1, "tRp", tRp);
        requireAtLeast(1, "tRas", tRas);
        requireAtLeast(0, "tWr", tWr);
        requireAtLeast(0, "tRtp", tRtp);
        requireAtLeast(0, "tWtr", tWtr);
        requireAtLeast(1, "tRrd", tRrd);
        requireAtLeast(0, "tRefi", tRefi);
        requireAtLeast(0, "tRfc", tRfc);
        if (tRc < tRas) {
            throw new IllegalArgumentException("tRc must be at least tRas (%d): %d".formatted(tRas, tRc));
        }
        if (tRefi > 0 && tRfc < 1) {
            throw new IllegalArgumentException("tRfc must be at least 1 when tRefi is not 0: " + tRfc);
        }
        long writeToPrecharge = (long) tCwl + tCcd + tWr;
        long open = Math.max(tRas, tRcd + Math.max(tRtp, writeToPrecharge));
        long busy = Math.max(tRc, open + tRp) + tRfc;
        if (tRefi > 0 && tRefi <= busy) {
            throw new IllegalArgumentException(
                    "tRefi must exceed %d, one row cycle with a write and tRfc (%d), or no request is ever served: %d"
                            .formatted(busy, tRfc, tRefi));
        }
    }

    /// The same timing without refresh.
    public DramTiming withoutRefresh() {
        return withRefresh(0, 0);
    }

    /// The same timing with other refresh cycles.
    public DramTiming withRefresh(int tRefi, int tRfc) {
        return new DramTiming(
                clockNanoseconds, tCcd, tCl, tCwl, tRcd, tRp, tRas, tRc, tWr, tRtp, tWtr, tRrd, tRefi, tRfc);
    }

    /// The same timing with a refresh that visits `rows` rows once per retention time, in `commands` commands that
    /// each refresh `rowsTogether` rows at once and its remaining rows one tRC after the other:
    /// `tRefi = retention / commands`, `tRfc = ceil(rows / (commands * rowsTogether)) * tRc`, so that the busy fraction
    /// is about `rows * tRc / (retention * rowsTogether)`.
    ///
    /// @param retentionNanoseconds time in which every row must be refreshed, 32 ms up to 85 degrees Celsius
    public DramTiming withDerivedRefresh(long rows, int rowsTogether, double retentionNanoseconds, int commands) {
        requireAtLeast(1, "rowsTogether", rowsTogether);
        requireAtLeast(1, "refreshCommands", commands);
        long sequential = Math.ceilDiv(rows, (long) commands * rowsTogether);
        return withRefresh(
                (int) (retentionNanoseconds / commands / clockNanoseconds), Math.toIntExact(sequential * tRc));
    }

    /// Share of the time that refresh keeps a bank busy.
    public double refreshBusyFraction() {
        return tRefi == 0 ? 0 : (double) tRfc / tRefi;
    }

    private static void requireAtLeast(int minimum, String field, int value) {
        if (value < minimum) {
            throw new IllegalArgumentException("%s must be at least %d: %d".formatted(field, minimum, value));
        }
    }
}

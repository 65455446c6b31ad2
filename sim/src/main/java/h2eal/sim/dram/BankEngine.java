package h2eal.sim.dram;

/// Serves pieces of rows from one bank, in order, as fast as the timing rules allow.
///
/// **Order.** Columns move in the order of the calls. Rows of later pieces are opened ahead, as soon as the piece is in
/// the queue ([#QUEUE_PIECES] deep) and their sub-bank is free, so rows of different sub-banks overlap; activations
/// keep the order of the calls. A row stays open until another is needed (open page).
///
/// **Refresh** falls due every tREFI. From then on no row is opened; a row just opened still moves one burst, so that
/// every activation serves; then the row is closed, in accordance with tRAS, tRTP and tWR, and the refresh runs. A
/// refresh of a single sub-bank waits for the piece under way: it then hides behind the other sub-banks.
///
/// A piece does not depend on those after it, so its finish is known at once. Time is kept per bank and never goes
/// back. Single-threaded; allocates nothing per piece.
public sealed interface BankEngine permits CommandEngine, BurstEngine {

    /// Pieces the queue of a bank holds, as in Ramulator 2.1; DRAMsim3 has 32 and 8 entries in two stages.
    int QUEUE_PIECES = 40;

    /// Serves `bytes` bytes of `row`, from `firstByte`, which are asked for at `arrivalCycle`.
    ///
    /// @return the cycle at which the last byte has crossed the interface
    /// @throws IllegalArgumentException if the piece does not lie within one row of the bank
    long access(Access access, int row, int firstByte, int bytes, long arrivalCycle);

    /// Serves the first `bytes` bytes of each of `rows` consecutive rows, all asked for at `arrivalCycle`: the same as
    /// as many calls of [#access].
    ///
    /// @return the cycle at which the last byte of the last row has crossed the interface
    default long rows(Access access, int firstRow, int rows, int bytes, long arrivalCycle) {
        long end = arrivalCycle;
        for (int row = firstRow; row < firstRow + rows; row++) {
            end = access(access, row, 0, bytes, arrivalCycle);
        }
        return end;
    }

    /// Serves a piece of `columns` whole bursts of `row`, wherever in the row they lie.
    ///
    /// @return the cycle at which the last of them has crossed the interface
    long bursts(Access access, int row, int columns, long arrivalCycle);

    /// Performs the refreshes that fall due up to `cycle` while no request is there.
    void advance(long cycle);

    /// Whether the row buffers hold `row`.
    boolean isOpen(int row);

    /// First cycle at which the last burst no longer holds the interface.
    long freeCycle();

    /// First cycle at which the interface can take another column command of this kind.
    long columnCycle(Access access);

    /// First cycle at which the row buffer that `row` needs can be given up or is free.
    long closingCycle(int row);

    /// Cycle from which the next refresh of the sub-bank of `row` is due.
    long refreshCycle(int row);

    /// Everything done so far. Refreshes are booked when a piece or [#advance] passes them.
    DramCounts counts();
}

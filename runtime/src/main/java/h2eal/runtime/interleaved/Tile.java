package h2eal.runtime.interleaved;

import h2eal.runtime.interleaved.code.SignedScalesCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// The groups of rows that are multiplied together, and what their sums need: scratch of one thread.
final class Tile {

    /// Bytes between the products of one sub-block of all groups and those of the next.
    static final int PRODUCT_BYTES = InterleavedRows.TILE_ROWS * Integer.BYTES;

    /// The inputs at hand.
    RoundedInputs inputs;

    /// A single vector, and where its products go.
    final float[][] one = new float[1][];

    final float[][] oneOut = new float[1][];
    /// Numbers of a product of each row, group by group.
    final float[] result = new float[InterleavedRows.TILE_ROWS];
    /// Address of the weights at hand in the first stream.
    long data;
    /// Address of their scales.
    long heads;
    /// Bytes from one stream to the next.
    long stream;
    /// First group at hand, an even one.
    int first;
    /// Behind the last group at hand, even too.
    int end;

    private final List<RoundedInputs> batch = new ArrayList<>();

    private final MemorySegment scratch =
            Arena.ofAuto().allocate((SignedScalesCode.SUB_BLOCKS + 1) * PRODUCT_BYTES, InterleavedRows.LINE_BYTES);

    private final MemorySegment sums = scratch.asSlice(0, PRODUCT_BYTES);
    private final long scratchAddress = scratch.address();

    /// Inputs of vector `t`.
    RoundedInputs inputs(int t) {
        while (batch.size() <= t) {
            batch.add(new RoundedInputs());
        }
        return batch.get(t);
    }

    /// Address of the sums of the rows, group by group, f32.
    long sums() {
        return scratchAddress;
    }

    /// Address of the products of sub-block `sub` of the block at hand, group by group, 32-bit integers.
    long products(int sub) {
        return scratchAddress + (sub + 1L) * PRODUCT_BYTES;
    }

    /// Sets the sums to zero.
    void clear() {
        sums.fill((byte) 0);
    }

    /// Copies the sums to [#result].
    void read() {
        MemorySegment.copy(sums, ValueLayout.JAVA_FLOAT, 0, result, 0, result.length);
    }
}

package h2eal.bench;

import h2eal.runtime.cache.ReadBandwidth;
import h2eal.runtime.interleaved.InterleavedRows;
import h2eal.runtime.kernel.Kernels;
import h2eal.runtime.kernel.WeightType;
import h2eal.runtime.kernel.Weights;
import h2eal.runtime.memory.HugePages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Prints how fast one vector is multiplied with matrices that no cache holds together, each as large as the larger
/// ones of a model with a billion weights, beside a plain read of the same memory by the same threads in turn. See
/// [Streaming] for the rates.
///
/// Arguments: number of threads (default 1), columns (default 2048), then weight types (default all).
public final class WeightStreaming {

    private static final int TILES = 85;
    private static final int ROWS = TILES * InterleavedRows.TILE_ROWS;
    /// Of all matrices, at least.
    private static final long BYTES = 192L << 20;
    /// Bytes of the same value as a half, a float or part of one: small and normal.
    private static final byte SCALE_BYTE = 0x10;

    private WeightStreaming() {}

    public static void main(String[] arguments) {
        int threads = arguments.length == 0 ? 1 : Integer.parseInt(arguments[0]);
        int columns = arguments.length < 2 ? 2048 : Integer.parseInt(arguments[1]);
        System.out.printf(
                "rows of %d, %d threads, %s%n", columns, threads, Kernels.best().description());
        System.out.println("weights  read GB/s  mat-vec GB/s  of read  weights/ns");
        Arrays.stream(WeightType.values())
                .filter(type -> arguments.length < 3 || List.of(arguments).contains(type.name()))
                .forEach(type -> report(type, columns, threads));
    }

    private static void report(WeightType type, int columns, int threads) {
        try (Arena arena = Arena.ofShared()) {
            Weights inFile = noise(type, ROWS, columns, arena);
            long copyBytes = inFile.interleavedBytes();
            long matrixBytes = copyBytes == 0 ? inFile.data().byteSize() : copyBytes;
            int count = Math.toIntExact(Math.ceilDiv(BYTES, matrixBytes));
            MemorySegment memory = HugePages.allocate(arena, count * matrixBytes);
            List<Weights> matrices = IntStream.range(0, count)
                    .mapToObj(i -> copy(inFile, memory.asSlice(i * matrixBytes, matrixBytes)))
                    .toList();
            float[] x = new float[columns];
            Arrays.fill(x, 0.5f);
            float[] y = new float[ROWS];
            Kernels kernels = Kernels.best();
            long bytes = memory.byteSize();
            List<Streaming.Pass> passes = List.of(
                    (share, shares) -> ReadBandwidth.read(memory, bytes * share / shares, bytes * (share + 1) / shares),
                    (share, shares) -> {
                        int from = TILES * share / shares * InterleavedRows.TILE_ROWS;
                        int to = TILES * (share + 1) / shares * InterleavedRows.TILE_ROWS;
                        matrices.forEach(weights -> kernels.matMul(weights, from, to, x, y, 1));
                        return y[from];
                    });
            double[] rates = Streaming.rates(passes, bytes, threads);
            System.out.printf(
                    "%-7s %10.1f  %12.1f  %6.0f%%  %10.1f%n",
                    type, rates[0], rates[1], 100 * rates[1] / rates[0], rates[1] * ROWS * columns / matrixBytes);
        }
    }

    /// A copy as the engine keeps it: side by side where the type has that, else as in the file.
    private static Weights copy(Weights inFile, MemorySegment memory) {
        if (inFile.interleavedBytes() > 0) {
            return inFile.interleave(memory);
        }
        memory.copyFrom(inFile.data());
        return new Weights(memory, inFile.type(), inFile.rows(), inFile.columns());
    }

    private static Weights noise(WeightType type, int rows, int columns, Arena arena) {
        MemorySegment data = HugePages.allocate(arena, rows * type.rowBytes(columns));
        Random random = new Random(1);
        byte[] noise = new byte[1 << 16];
        random.nextBytes(noise);
        for (int i = 1; i < noise.length; i += 2) {
            noise[i] = SCALE_BYTE;
        }
        for (long at = 0; at < data.byteSize(); at += noise.length) {
            long count = Math.min(noise.length, data.byteSize() - at);
            MemorySegment.copy(noise, 0, data, ValueLayout.JAVA_BYTE, at, (int) count);
        }
        return new Weights(data, type, rows, columns);
    }
}

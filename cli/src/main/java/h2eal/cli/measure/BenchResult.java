package h2eal.cli.measure;

import h2eal.lab.speed.DecodeSpeed;
import h2eal.lab.speed.Memory;
import h2eal.lab.speed.PrefillSpeed;
import java.util.List;

/// What `h2eal bench` measured.
///
/// @param model name of the shape
/// @param kernels what the arithmetic runs on
/// @param readBytesPerSecond what the same threads read when they do nothing else
/// @param weightBytesPerStep weights that a decode step reads, where they are copied of the copies
/// @param prefill a prompt from an empty context, dense
/// @param rows one per KV type and depth
record BenchResult(
        String model,
        String kernels,
        int threads,
        double readBytesPerSecond,
        long weightBytesPerStep,
        Memory memory,
        PrefillSpeed prefill,
        List<DecodeSpeed> rows) {

    BenchResult {
        rows = List.copyOf(rows);
    }
}

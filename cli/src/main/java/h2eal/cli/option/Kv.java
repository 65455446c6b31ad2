package h2eal.cli.option;

import h2eal.model.Precision;
import java.util.Arrays;
import java.util.Locale;

/// The words of `--kv` for what the cache can store.
public enum Kv {
    F32(Precision.F32),
    F16(Precision.F16),
    BF16(Precision.BF16),
    Q8(Precision.INT8),
    Q4(Precision.INT4);

    private final Precision precision;

    Kv(Precision precision) {
        this.precision = precision;
    }

    /// The word for a precision.
    ///
    /// @throws IllegalArgumentException if no cache stores it
    public static Kv of(Precision precision) {
        return Arrays.stream(values())
                .filter(kv -> kv.precision == precision)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no cache stores " + precision));
    }

    /// How one number is stored.
    public Precision precision() {
        return precision;
    }

    /// The word as it is written and printed.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

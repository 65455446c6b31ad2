package h2eal.cli.decode;

/// Numbers with units, short enough for a table.
final class Quantity {

    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

    private Quantity() {}

    /// Bytes in decimal units with three digits.
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == 0 || value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s")
                .formatted(value, UNITS[unit]);
    }
}

package h2eal.lab.reproduce;

import java.util.List;

/// A number of the paper's abstract (arXiv 2508.16653), all "over baseline HB implementation".
///
/// @param lowest whether it is the lower end of the paper's range
public record PaperNumber(Quantity quantity, boolean lowest, double value) {

    /// What a ratio is of.
    public enum Quantity {
        SPEED,
        ENERGY
    }

    /// The four numbers.
    public static final List<PaperNumber> ALL = List.of(
            new PaperNumber(Quantity.SPEED, true, 5.20),
            new PaperNumber(Quantity.SPEED, false, 48.21),
            new PaperNumber(Quantity.ENERGY, true, 6.22),
            new PaperNumber(Quantity.ENERGY, false, 73.48));

    /// Such as `lowest speed-up`.
    public String name() {
        return switch (quantity) {
            case SPEED -> lowest ? "lowest speed-up" : "highest speed-up";
            case ENERGY -> lowest ? "lowest energy efficiency" : "highest energy efficiency";
        };
    }
}

package h2eal.lab.measure;

/// A key and its value, to be planted in a text and asked for later, in the form the shipped model was trained on.
///
/// @param key three lower-case letters
/// @param value four digits
public record Fact(String key, String value) {

    public Fact {
        if (!key.matches("[a-z]{3}") || !value.matches("[0-9]{4}")) {
            throw new IllegalArgumentException(
                    "a fact is three lower-case letters and four digits: %s, %s".formatted(key, value));
        }
    }

    /// The words to plant.
    public String statement() {
        return "[%s=%s]".formatted(key, value);
    }

    /// The words that the value continues.
    public String question() {
        return "[%s=".formatted(key);
    }
}

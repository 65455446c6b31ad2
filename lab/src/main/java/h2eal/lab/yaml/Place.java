package h2eal.lab.yaml;

import java.util.Objects;

/// A line of a file.
public record Place(String file, int line) {

    public Place {
        Objects.requireNonNull(file, "file");
    }
}

package h2eal.lab.yaml;

import java.util.Objects;

/// Where something was written: a line of a file, or a flag of a command, which is line 0.
public record Place(String file, int line) {

    public Place {
        Objects.requireNonNull(file, "file");
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line;
    }
}

package h2eal.hardware;

/// A grid of tiles, numbered row by row from 0.
public record Mesh(int rows, int columns) {

    public Mesh {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "a mesh has at least one row and one column: %d, %d".formatted(rows, columns));
        }
    }

    /// Number of tiles.
    public int tiles() {
        return rows * columns;
    }

    /// Row of `tile`.
    public int row(int tile) {
        return tile / columns;
    }

    /// Column of `tile`.
    public int column(int tile) {
        return tile % columns;
    }

    /// Position of `tile` along the snake that runs through the rows in turn, to the right and to the left, so that
    /// consecutive tiles are neighbours.
    public int snakePosition(int tile) {
        int column = column(tile);
        return row(tile) * columns + (row(tile) % 2 == 0 ? column : columns - 1 - column);
    }

    /// Links that a message from one tile to another crosses under XY routing.
    public int hops(int from, int to) {
        return Math.abs(row(from) - row(to)) + Math.abs(column(from) - column(to));
    }
}

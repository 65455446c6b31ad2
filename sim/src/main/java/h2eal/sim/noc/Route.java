package h2eal.sim.noc;

import h2eal.hardware.Mesh;

/// Links of the mesh and the XY route over them: along the row first, then along the column. XY routing cannot
/// deadlock, since no route turns from a column into a row.
///
/// Every tile owns six one-way links: four to its neighbours, and the two between the tile and its router, which carry
/// one flit per cycle like every other. Without them a tile could receive from four neighbours at once.
final class Route {

    private static final int EAST = 0;
    private static final int WEST = 1;
    private static final int SOUTH = 2;
    private static final int NORTH = 3;
    private static final int INJECT = 4;
    private static final int EJECT = 5;
    private static final int PER_TILE = 6;
    private static final String[] NAMES = {"east", "west", "south", "north", "inject", "eject"};

    private final Mesh mesh;
    private final boolean[] hop;

    Route(Mesh mesh) {
        this.mesh = mesh;
        this.hop = new boolean[links()];
        for (int link = 0; link < hop.length; link++) {
            hop[link] = connectsRouters(link);
        }
    }

    /// Number of links, those between tiles and routers included.
    int links() {
        return mesh.tiles() * PER_TILE;
    }

    /// Links of the longest route.
    int longest() {
        return mesh.rows() + mesh.columns();
    }

    /// Whether a link connects two routers of the mesh: only these count as a hop.
    boolean isHop(int link) {
        return hop[link];
    }

    private boolean connectsRouters(int link) {
        int row = mesh.row(link / PER_TILE);
        int column = mesh.column(link / PER_TILE);
        return switch (link % PER_TILE) {
            case EAST -> column + 1 < mesh.columns();
            case WEST -> column > 0;
            case SOUTH -> row + 1 < mesh.rows();
            case NORTH -> row > 0;
            default -> false;
        };
    }

    /// The link's name, as `tile 3 east`.
    String name(int link) {
        return "tile %d %s".formatted(link / PER_TILE, NAMES[link % PER_TILE]);
    }

    /// Writes the links from one tile to another into `path`, injection and ejection included, and returns their
    /// number.
    int write(int from, int to, int[] path) {
        int length = 0;
        int tile = from;
        path[length++] = from * PER_TILE + INJECT;
        while (mesh.column(tile) != mesh.column(to)) {
            boolean east = mesh.column(tile) < mesh.column(to);
            path[length++] = tile * PER_TILE + (east ? EAST : WEST);
            tile += east ? 1 : -1;
        }
        while (tile != to) {
            boolean south = tile < to;
            path[length++] = tile * PER_TILE + (south ? SOUTH : NORTH);
            tile += south ? mesh.columns() : -mesh.columns();
        }
        path[length++] = to * PER_TILE + EJECT;
        return length;
    }
}

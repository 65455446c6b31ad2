package h2eal.mapping.balance;

import h2eal.mapping.cost.GroupTree;
import h2eal.mapping.cost.LayerPhase;
import java.util.List;

/// The runs of consecutive tiles along the snake, each ordered as a tile group, with what sharing a head costs it. The
/// same for all layers of a model, so that each run is worked out once. Mutable; lives only while a model is scheduled.
final class SnakeRuns {

    private final LayerPhase phase;
    private final List<Integer> snake;
    private final GroupTree tree;
    /// By first tile, then by length less one; absent where never asked for.
    private final OrderedRun[][] runs;

    /// Runs for phases that cost what `phase` costs.
    SnakeRuns(LayerPhase phase) {
        this.phase = phase;
        this.snake = GroupTree.snake(phase.accelerator().mesh());
        this.tree = new GroupTree(phase.accelerator());
        this.runs = new OrderedRun[snake.size()][snake.size()];
    }

    /// @param tiles the tile group, its root first
    /// @param overheadCycles bringing the query and merging the partials
    record OrderedRun(List<Integer> tiles, double overheadCycles) {}

    /// The run of `length` tiles from position `start` on.
    OrderedRun run(int start, int length) {
        OrderedRun known = runs[start][length - 1];
        if (known == null) {
            List<Integer> tiles = snake.subList(start, start + length);
            List<Integer> ordered = phase.cost().merging().order(tree, tiles);
            known = new OrderedRun(ordered, phase.overheadCycles(ordered));
            runs[start][length - 1] = known;
        }
        return known;
    }

    /// The position of `tile` along the snake.
    int position(int tile) {
        return phase.accelerator().mesh().snakePosition(tile);
    }
}

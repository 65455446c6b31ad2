package h2eal.sim.step;

import h2eal.mapping.RowVisitor;
import h2eal.sim.dram.Access;
import h2eal.sim.machine.Actions;
import h2eal.sim.machine.Machine;
import h2eal.sim.report.Phase;
import h2eal.sim.tile.TilePipeline;
import h2eal.sim.tile.TileWork;
import h2eal.sim.timeline.Track;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;

/// Streams of several heads, one after the other on each tile: key summaries, or keys and values. Every piece comes
/// from the bank its layout names; a piece under a tile outside the head's group crosses the network to the group's
/// root.
final class StreamPass implements RowVisitor {

    private final Machine machine;
    private final TileClock clock;
    private final Phase phase;
    /// What a tile computes with a number of bytes.
    private final LongFunction<TileWork> work;
    private final Actions actions;

    /// Position of each tile in the group of the head being read, if `stamp` says it is in it.
    private final int[] member;
    private final int[] stamp;
    private final long[] bankEnd;
    private int reading;
    private HeadStream stream;

    StreamPass(Machine machine, TileClock clock, Phase phase, LongFunction<TileWork> work, Actions actions) {
        this.machine = machine;
        this.clock = clock;
        this.phase = phase;
        this.work = work;
        this.actions = actions;
        this.member = new int[machine.tiles()];
        this.stamp = new int[machine.tiles()];
        this.bankEnd = new long[machine.tiles() * machine.banksPerTile()];
    }

    /// Runs `streams` in order. `read` makes the layout visit the pieces of one head.
    ///
    /// @param waitPhase phase that a tile is in while it waits for its input
    void run(List<HeadStream> streams, Phase waitPhase, BiConsumer<HeadRun, RowVisitor> read) {
        for (HeadStream each : streams) {
            begin(each);
            read.accept(each.head, this);
            if (each.remote.isEmpty()) {
                complete(each, waitPhase);
            }
        }
        List<HeadStream> fetching =
                streams.stream().filter(each -> !each.remote.isEmpty()).toList();
        new RemoteFetch(machine).run(fetching);
        for (HeadStream each : fetching) {
            complete(each, waitPhase);
        }
    }

    private void begin(HeadStream next) {
        stream = next;
        reading++;
        for (int i = 0; i < next.tiles(); i++) {
            int tile = next.tile(i);
            member[tile] = i;
            stamp[tile] = reading;
            next.start[i] = machine.tile(tile).streamStart(next.inputAt[i]);
            next.end[i] = next.start[i];
        }
        if (machine.timeline().isOn()) {
            Arrays.fill(bankEnd, 0);
        }
    }

    @Override
    public void visit(int tile, int bank, int row, int column, int bytes) {
        if (stamp[tile] != reading) {
            stream.remote.add(tile, bank, row, column, bytes);
            return;
        }
        int i = member[tile];
        arrived(tile, bank, machine.bank(tile, bank).access(Access.READ, row, column, bytes, arrivalCycle(i)), bytes);
    }

    @Override
    public void visitRows(int tile, int bank, int firstRow, int rows, int bytes) {
        if (stamp[tile] != reading) {
            RowVisitor.super.visitRows(tile, bank, firstRow, rows, bytes);
            return;
        }
        long end = machine.bank(tile, bank).rows(Access.READ, firstRow, rows, bytes, arrivalCycle(member[tile]));
        arrived(tile, bank, end, (long) rows * bytes);
    }

    private long arrivalCycle(int i) {
        // Data follow their command by tCL, so the first command goes out while the buffer still fills up.
        int latency = machine.accelerator().bank().timing().tCl();
        return (long) Math.ceil(Math.max(stream.inputAt[i], stream.start[i] - latency));
    }

    private void arrived(int tile, int bank, long end, long bytes) {
        int i = member[tile];
        stream.end[i] = Math.max(stream.end[i], end);
        stream.bytes[i] += bytes;
        bankEnd[tile * machine.banksPerTile() + bank] = end;
    }

    private void complete(HeadStream done, Phase waitPhase) {
        for (int i = 0; i < done.tiles(); i++) {
            if (done.bytes[i] > 0) {
                complete(done, i, waitPhase);
            }
        }
    }

    private void complete(HeadStream done, int i, Phase waitPhase) {
        int tile = done.tile(i);
        TilePipeline pipeline = machine.tile(tile);
        TileWork todo = work.apply(done.bytes[i]);
        clock.idle(tile, waitPhase, done.start[i]);
        double computed = pipeline.run(
                done.start[i], done.end[i], done.bytes[i], machine.rates().cycles(todo));
        done.doneAt[i] = computed + machine.rates().drainCycles(todo);
        clock.work(tile, phase, pipeline.nextStream());
        clock.held(phase, pipeline.nextStream() - done.end[i]);
        actions.streamed(done.bytes[i]);
        actions.computed(todo);
        if (machine.timeline().isOn()) {
            report(done, i, computed);
        }
    }

    private void report(HeadStream done, int i, double computed) {
        int tile = done.tile(i);
        String name = "%s of %s".formatted(phase, done.group.head());
        machine.event(Track.Kind.TILE, "tile " + tile, name, done.start[i], computed);
        for (int bank = 0; bank < machine.banksPerTile(); bank++) {
            long end = bankEnd[tile * machine.banksPerTile() + bank];
            machine.event(Track.Kind.BANK, "tile %d bank %d".formatted(tile, bank), name, done.start[i], end);
        }
    }
}

package h2eal.cli.simulation;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.cli.console.Table;
import h2eal.lab.design.DesignPoint;
import h2eal.lab.result.ScheduleResult;
import h2eal.lab.result.ScheduleResult.Layer;
import h2eal.lab.result.ScheduleSummary;
import h2eal.lab.simulate.Schedules;
import h2eal.lab.simulate.Workloads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `h2eal schedule`: which tiles work for which head, with the distance to the optimum.
@Command(
        name = "schedule",
        description = "Schedules the attention of every layer over the tiles, with a lower bound and the gap to it.")
public final class ScheduleCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private DesignOption design;

    @Option(
            names = "--layer",
            defaultValue = "0",
            paramLabel = "N",
            description = "Layer whose mesh is drawn (default 0).")
    private int layer;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        DesignPoint point = design.point();
        int layers = point.model().shape().layers();
        if (layer < 0 || layer >= layers) {
            throw new ParameterException(
                    spec.commandLine(), "--layer: %d is not from 0 to %d".formatted(layer, layers - 1));
        }
        ScheduleResult result =
                ScheduleResult.of(Schedules.of(point, Workloads.steps(point).getFirst()));
        Console console = Console.of(spec);
        console.print(table(result).text());
        console.print("%nlayer %d on %s: the heads each tile works for (r retrieval, s streaming), a bar for its load%n"
                .formatted(layer, point.hardware().name()));
        console.print(MeshPicture.of(result.layers().get(layer), point, layer));
        json.write(result);
        return 0;
    }

    private static Table table(ScheduleResult result) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < result.layers().size(); i++) {
            Layer each = result.layers().get(i);
            rows.add(row(
                    Integer.toString(i),
                    new ScheduleSummary(
                            each.makespanCycles(),
                            each.lowerBoundCycles(),
                            each.gap(),
                            each.utilisation(),
                            each.mergeShare())));
        }
        rows.add(row("total", result.total()));
        return new Table(List.of("layer", "makespan", "lower bound", "gap", "utilisation", "merging"), rows);
    }

    private static List<String> row(String name, ScheduleSummary summary) {
        return List.of(
                name,
                "%.0f".formatted(summary.makespanCycles()),
                "%.0f".formatted(summary.lowerBoundCycles()),
                "%.2f %%".formatted(100 * summary.gap()),
                "%.1f %%".formatted(100 * summary.utilisation()),
                "%.1f %%".formatted(100 * summary.mergeShare()));
    }
}

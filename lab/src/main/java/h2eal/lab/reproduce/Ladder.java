package h2eal.lab.reproduce;

import h2eal.lab.reproduce.Evaluation.LadderStep;
import h2eal.lab.result.ResultRow;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.Scope;
import h2eal.lab.result.SimulationResult.Cost;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns the rows of the ladder experiment into steps, each beside the first and the one before.
final class Ladder {

    private Ladder() {}

    static List<LadderStep> of(ResultTable table) {
        Map<String, List<ResultRow>> ladders = new LinkedHashMap<>();
        for (ResultRow row : table.rows()) {
            ladders.computeIfAbsent(row.at("model") + "/" + row.at("context"), key -> new ArrayList<>())
                    .add(row);
        }
        List<LadderStep> steps = new ArrayList<>();
        for (List<ResultRow> ladder : ladders.values()) {
            for (Scope scope : Scope.values()) {
                for (int i = 0; i < ladder.size(); i++) {
                    steps.add(step(ladder.get(i), scope, ladder.getFirst(), ladder.get(Math.max(0, i - 1))));
                }
            }
        }
        return steps;
    }

    private static LadderStep step(ResultRow row, Scope scope, ResultRow first, ResultRow before) {
        Cost cost = scope.cost(row.result());
        Cost firstCost = scope.cost(first.result());
        return new LadderStep(
                row.at("model"),
                row.result().contextTokens(),
                row.at("case"),
                scope,
                cost.nanoseconds(),
                cost.energyPicojoules().total(),
                firstCost.nanoseconds() / cost.nanoseconds(),
                firstCost.energyPicojoules().total() / cost.energyPicojoules().total(),
                scope.cost(before.result()).nanoseconds() / cost.nanoseconds());
    }
}

package h2eal.selection;

import h2eal.attention.Budget;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/// What a head with a mass target has learned from the pages it read: how scores foretell masses, and how its forecasts
/// did. A forecast chooses the pages; once they are read their mass is exact, and only that of the others is estimated.
///
/// @param line how scores foretell masses
/// @param dropped shares dropped so far, later ones counting more
/// @param forecast shares forecast to be dropped, likewise
/// @param scores the scaled scores of the latest selection, one row of pages per query head; empty if it had none
/// @param latestForecast share that the latest selection was forecast to drop
/// @param latestDropped share that it dropped, by the exact mass of what was read
record MassEstimate(
        MassLine line,
        double dropped,
        double forecast,
        float[] scores,
        double latestForecast,
        OptionalDouble latestDropped) {

    /// Before the first selection.
    static final MassEstimate NONE = new MassEstimate(MassLine.PRIOR, 0, 0, new float[0], 0, OptionalDouble.empty());

    private static final double MEMORY = 0.9;
    /// Shares below it teach little: without it a forecast of nothing would be infinitely wrong.
    private static final double NOISE = 1e-3;

    /// The estimate for a selection that is not read yet.
    ///
    /// @param newScores its scaled scores; none if it was not scored
    MassEstimate chosen(float[] newScores, double newForecast) {
        return new MassEstimate(line, dropped, forecast, newScores, newForecast, OptionalDouble.empty());
    }

    /// Forced pages and as many of the best as it takes to drop no more than a target allows, by forecast.
    ///
    /// @param most all pages that may be read
    /// @param scaled scaled scores, one row of pages per query head
    /// @param rows the query heads that read them, from row `firstRow`
    Ranking cut(Ranking most, Budget.MassTarget target, int pageTokens, float[] scaled, int firstRow, int rows) {
        double allowed = (1 - target.share()) * (forecast + NOISE) / (dropped + NOISE);
        int high = most.best().length;
        int low = Math.clamp((long) target.tokens() / pageTokens - 1 - most.sinkPages(), 0, high);
        while (low < high) {
            int middle = (low + high) / 2;
            if (forecast(most.keep(middle), scaled, firstRow, rows) <= allowed) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return most.keep(low);
    }

    /// The share that a ranking is forecast to drop, mean over the query heads that read it.
    double forecast(Ranking ranking, float[] scaled, int firstRow, int rows) {
        int pages = ranking.pages();
        int[] read = ranking.numbers(pages - 1);
        double share = 0;
        for (int row = firstRow; row < firstRow + rows; row++) {
            float[] scores = Arrays.copyOfRange(scaled, row * pages, (row + 1) * pages);
            double[] foretold = Arrays.stream(read)
                    .mapToDouble(page -> line.logMass(scores[page]))
                    .toArray();
            share += new ReadPages(scores, read, foretold).dropped(line) / rows;
        }
        return share;
    }

    /// The estimate of a selection after it was read.
    ///
    /// @param read the tokens of each query head
    /// @param logMasses logarithms of the mass of each page read, before normalisation, ascending by page; one row per
    ///     query head
    MassEstimate measured(PageGeometry geometry, TokenSet[] read, double[][] logMasses) {
        int pages = scores.length / read.length;
        MassLine learned = line.aged();
        List<ReadPages> rows = new ArrayList<>();
        for (int row = 0; row < read.length; row++) {
            float[] own = Arrays.copyOfRange(scores, row * pages, (row + 1) * pages);
            rows.add(new ReadPages(own, read[row].pageNumbers(geometry.pageTokens()), logMasses[row]));
            learned = rows.getLast().addTo(learned);
        }
        MassLine latest = learned;
        double share =
                rows.stream().mapToDouble(row -> row.dropped(latest)).average().orElseThrow();
        return new MassEstimate(
                learned,
                MEMORY * dropped + share,
                MEMORY * forecast + latestForecast,
                scores,
                latestForecast,
                OptionalDouble.of(share));
    }
}

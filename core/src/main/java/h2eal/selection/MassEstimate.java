package h2eal.selection;

import h2eal.attention.Budget;
import java.util.Arrays;

/// What a head with a mass target has learned from the pages it read: how scores foretell masses, and how its forecasts
/// did. A forecast chooses the pages; once they are read their mass is exact, and only that of the others is estimated.
///
/// Mutable: it goes from step to step through [#score], [#cut] for each selection, [#read] for each page and [#learn],
/// or through [#reuse]. Allocates nothing while the context does not grow by much.
final class MassEstimate {

    private static final double MEMORY = 0.9;
    /// Shares below it teach little: without it a forecast of nothing would be infinitely wrong.
    private static final double NOISE = 1e-3;

    /// How scores foretell masses.
    private final MassLine line = MassLine.guess();
    /// The latest selection, one entry per query head; without pages if it was not scored.
    private final ReadPages[] rows;
    /// Query heads that share a selection.
    private final int rowsPerSelection;
    /// Shares dropped so far, later ones counting more.
    private double dropped;
    /// Shares forecast to be dropped, likewise.
    private double forecast;
    /// Share that the latest selection was forecast to drop.
    private double latestForecast;
    /// Share that it dropped, by the exact mass of what was read, if that is known.
    private double latestDropped;

    private boolean isMeasured;

    /// Before the first selection.
    ///
    /// @param selections separate selections that `groupSize` query heads make
    MassEstimate(int groupSize, int selections) {
        rows = new ReadPages[groupSize];
        Arrays.setAll(rows, row -> new ReadPages());
        rowsPerSelection = groupSize / selections;
    }

    /// An estimate that goes its own way from here.
    MassEstimate copy() {
        MassEstimate copy = new MassEstimate(rows.length, rows.length / rowsPerSelection);
        copy.line.copy(line);
        for (int row = 0; row < rows.length; row++) {
            copy.rows[row].copy(rows[row]);
        }
        copy.dropped = dropped;
        copy.forecast = forecast;
        copy.latestForecast = latestForecast;
        copy.latestDropped = latestDropped;
        copy.isMeasured = isMeasured;
        return copy;
    }

    /// Forgets all it has learned.
    void forget() {
        line.forget();
        dropped = 0;
        forecast = 0;
        reuse();
    }

    /// Begins a step that reads the pages of an earlier one: it teaches nothing.
    void reuse() {
        for (ReadPages row : rows) {
            row.forget();
        }
        latestForecast = 0;
        isMeasured = false;
    }

    /// Begins a step that selects anew.
    ///
    /// @param scores row-major, one row of `pages` unscaled scores per query head
    void score(float[] scores, int pages, double scale) {
        for (int row = 0; row < rows.length; row++) {
            rows[row].set(scores, row * pages, pages, scale);
        }
        latestForecast = 0;
        isMeasured = false;
    }

    /// Whether the latest step selected anew.
    boolean isScored() {
        return rows[0].pages() > 0;
    }

    /// How many of the best pages it takes, beside the forced ones, to drop no more than a target allows, by forecast.
    ///
    /// @param sinkPages first pages, forced
    /// @param best pages, strongest first
    /// @param most how many of them may be read
    /// @param selection which query heads read them
    int cut(Budget.MassTarget target, int pageTokens, int sinkPages, int[] best, int most, int selection) {
        double allowed = (1 - target.share()) * (forecast + NOISE) / (dropped + NOISE);
        int high = most;
        int low = Math.clamp((long) target.tokens() / pageTokens - 1 - sinkPages, 0, high);
        while (low < high) {
            int middle = (low + high) / 2;
            if (forecast(sinkPages, best, middle, selection) <= allowed) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        latestForecast += forecast(sinkPages, best, low, selection) * rowsPerSelection / rows.length;
        return low;
    }

    /// The share that a selection is forecast to drop, mean over the query heads that make it.
    private double forecast(int sinkPages, int[] best, int count, int selection) {
        double share = 0;
        for (int row = selection * rowsPerSelection; row < (selection + 1) * rowsPerSelection; row++) {
            ReadPages read = rows[row];
            read.foretell(read.pages() - 1, line);
            for (int page = 0; page < sinkPages; page++) {
                read.foretell(page, line);
            }
            for (int i = 0; i < count; i++) {
                read.foretell(best[i], line);
            }
            share += read.dropped(line) / rowsPerSelection;
            read.clear();
        }
        return share;
    }

    /// Takes in what a page that was selected in this step turned out to hold.
    ///
    /// @param row the query head
    /// @param logMass logarithm of the page's mass, before normalisation
    void read(int row, int page, double logMass) {
        rows[row].read(page, logMass);
    }

    /// Learns from what was read.
    void learn() {
        line.age();
        for (ReadPages row : rows) {
            row.addTo(line);
        }
        double share = 0;
        for (ReadPages row : rows) {
            share += row.dropped(line);
        }
        latestDropped = share / rows.length;
        isMeasured = true;
        dropped = MEMORY * dropped + latestDropped;
        forecast = MEMORY * forecast + latestForecast;
    }

    /// Whether the latest step selected anew and has learned.
    boolean isMeasured() {
        return isMeasured;
    }

    /// The share that the latest selection dropped, once it [#isMeasured].
    double latestDropped() {
        return latestDropped;
    }
}

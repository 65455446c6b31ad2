package h2eal.selection;

/// The pages that one query head reads, and what they hold of its attention.
///
/// @param scores scaled score of every page
/// @param read pages read, ascending, the newest last
/// @param logMasses logarithms of the mass of each of them, before normalisation
record ReadPages(float[] scores, int[] read, double[] logMasses) {

    /// The line with all pages but the newest, which may have no summary yet.
    MassLine addTo(MassLine line) {
        MassLine longer = line;
        for (int i = 0; i < read.length - 1; i++) {
            longer = longer.plus(scores[read[i]], logMasses[i]);
        }
        return longer;
    }

    /// The share of the attention that is expected on the pages that are not read. Masses scatter over orders of
    /// magnitude around the line, so what matters is how likely a page holds more than all that are read: the mean of a
    /// logistic function over a normal variable is nearly that of the mean over sqrt(1 + pi/8 variance) (MacKay). Odds
    /// of pages add up; without scatter that is exact.
    double dropped(MassLine line) {
        double kept = logKept();
        double deviation = line.deviation();
        double squeeze = 1 / Math.sqrt(1 + Math.PI / 8 * deviation * deviation);
        double odds = 0;
        int next = 0;
        for (int page = 0; page < scores.length - 1; page++) {
            if (read[next] == page) {
                next++;
            } else {
                odds += Math.exp(squeeze * (line.logMass(scores[page]) - kept));
            }
        }
        return Double.isInfinite(odds) ? 1 : odds / (1 + odds);
    }

    private double logKept() {
        double top = Double.NEGATIVE_INFINITY;
        for (double logMass : logMasses) {
            top = Math.max(top, logMass);
        }
        double sum = 0;
        for (double logMass : logMasses) {
            sum += Math.exp(logMass - top);
        }
        return top + Math.log(sum);
    }
}

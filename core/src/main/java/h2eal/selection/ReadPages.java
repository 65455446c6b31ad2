package h2eal.selection;

import java.util.Arrays;
import java.util.BitSet;

/// The pages that one query head reads, and what they hold of its attention: mutable scratch, reused.
final class ReadPages {

    /// Scaled score of every page.
    private float[] scores = {};
    /// Logarithm of the mass of each page that is read, before normalisation.
    private double[] logMasses = {};

    private final BitSet read = new BitSet();
    private int pages;

    /// Becomes `pages` pages of which none is read.
    ///
    /// @param unscaled score of page p at `at + p`, to be multiplied by `scale`
    void set(float[] unscaled, int at, int pages, double scale) {
        if (scores.length < pages) {
            scores = new float[pages + pages / 4];
            logMasses = new double[scores.length];
        }
        for (int page = 0; page < pages; page++) {
            scores[page] = unscaled[at + page] * (float) scale;
        }
        this.pages = pages;
        read.clear();
    }

    /// Becomes no pages at all.
    void forget() {
        pages = 0;
        read.clear();
    }

    /// Becomes like `other`.
    void copy(ReadPages other) {
        scores = Arrays.copyOf(other.scores, other.pages);
        logMasses = Arrays.copyOf(other.logMasses, other.pages);
        pages = other.pages;
        read.clear();
        read.or(other.read);
    }

    /// All pages that there are.
    int pages() {
        return pages;
    }

    /// Takes back what was said to be read.
    void clear() {
        read.clear();
    }

    /// Says that a page is read; what it holds, its score foretells.
    void foretell(int page, MassLine line) {
        read(page, line.logMass(scores[page]));
    }

    /// Says that a page is read, and what it holds.
    void read(int page, double logMass) {
        read.set(page);
        logMasses[page] = logMass;
    }

    /// Adds all pages read to a line but the newest, which may have no summary yet.
    void addTo(MassLine line) {
        for (int page = read.nextSetBit(0); page >= 0 && page < pages - 1; page = read.nextSetBit(page + 1)) {
            line.add(scores[page], logMasses[page]);
        }
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
        for (int page = read.nextClearBit(0); page < pages - 1; page = read.nextClearBit(page + 1)) {
            odds += Math.exp(squeeze * (line.logMass(scores[page]) - kept));
        }
        return Double.isInfinite(odds) ? 1 : odds / (1 + odds);
    }

    private double logKept() {
        double top = Double.NEGATIVE_INFINITY;
        for (int page = read.nextSetBit(0); page >= 0; page = read.nextSetBit(page + 1)) {
            top = Math.max(top, logMasses[page]);
        }
        double sum = 0;
        for (int page = read.nextSetBit(0); page >= 0; page = read.nextSetBit(page + 1)) {
            sum += Math.exp(logMasses[page] - top);
        }
        return top + Math.log(sum);
    }
}

package h2eal.selection;

/// How the scaled score of a page foretells the logarithm of the attention mass behind it: a line through pages whose
/// mass is known because they were read, by least squares, and how far masses scatter around it. Pages are read for
/// their score, not for their mass, so the line holds for the others too.
///
/// Mutable: it grows by a page at a time.
final class MassLine {

    /// What a page counts once more pages are known by the next step.
    private static final double MEMORY = 0.8;
    /// Slopes are near 1, as scores bound or estimate logarithms of masses; a few odd pages must not turn the line.
    private static final double LEAST_SLOPE = 0.3;

    private static final double MOST_SLOPE = 1.2;
    /// A part of the scatter is common to all pages of a query, so that the pages of one query scatter less.
    private static final double WITHIN_QUERY = 0.8;

    /// Pages, later ones counting more.
    private double count;
    /// Sum of their scaled scores.
    private double x;
    /// Sum of the logarithms of their masses.
    private double y;
    /// Sums of the squares of scores, of products, and of the squares of logarithms.
    private double xx;

    private double xy;
    private double yy;

    /// The line before any page was read, as if one had been: masses follow scores, and scatter widely. A first
    /// selection by it reads much, but the best of the pages only, and those teach most.
    static MassLine guess() {
        MassLine line = new MassLine();
        line.forget();
        return line;
    }

    /// Becomes [#guess()] again.
    void forget() {
        count = 1;
        x = 0;
        y = 0;
        xx = 0;
        xy = 0;
        yy = 4;
    }

    /// Becomes like `other`.
    void copy(MassLine other) {
        count = other.count;
        x = other.x;
        y = other.y;
        xx = other.xx;
        xy = other.xy;
        yy = other.yy;
    }

    /// Lets what is known count less.
    void age() {
        count *= MEMORY;
        x *= MEMORY;
        y *= MEMORY;
        xx *= MEMORY;
        xy *= MEMORY;
        yy *= MEMORY;
    }

    /// Takes in a page.
    void add(double score, double logMass) {
        count++;
        x += score;
        y += logMass;
        xx += score * score;
        xy += score * logMass;
        yy += logMass * logMass;
    }

    /// The logarithm of the mass that a score foretells.
    double logMass(double score) {
        return (y + slope() * (count * score - x)) / count;
    }

    private double slope() {
        double spread = xx - x * x / count;
        return spread > 1e-9 * count ? Math.clamp((xy - x * y / count) / spread, LEAST_SLOPE, MOST_SLOPE) : 1;
    }

    /// The standard deviation of logarithms of masses around the line, within a query.
    double deviation() {
        double slope = slope();
        double spread = yy - y * y / count - 2 * slope * (xy - x * y / count) + slope * slope * (xx - x * x / count);
        return WITHIN_QUERY * Math.sqrt(Math.max(0, spread / count));
    }
}

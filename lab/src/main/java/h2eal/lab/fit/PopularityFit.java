package h2eal.lab.fit;

import h2eal.lab.loop.RecordedRun;
import h2eal.workload.PagePopularity.Fitted;
import h2eal.workload.StepReads;
import h2eal.workload.SyntheticReads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A popularity of pages fitted to a recorded run: drawn reads of the same model and contexts use pages as the recorded
/// ones do. A pure function of the run.
///
/// The appeal of each depth is moved until pages of that depth are drawn as often as they were read; the five numbers
/// of the noise are searched one at a time, with steps that halve, for the least sum of squared differences.
///
/// @param popularity what was fitted
/// @param recorded how the run uses its pages
/// @param drawn how reads drawn from `popularity` use theirs
public record PopularityFit(Fitted popularity, PageUse recorded, PageUse drawn) {

    private static final long SEED = 1;
    private static final int ROUNDS = 7;
    private static final double FIRST_STEP = 0.2;

    /// A logistic curve this much steeper is nearly the normal distribution.
    private static final double LOGISTIC_TO_NORMAL = 1.7;

    private static final double DEPTH_GAIN = 0.8;
    private static final double MOST_APPEAL = 4;
    private static final double RAREST = 1e-3;

    /// Fits to a run.
    ///
    /// @throws IllegalArgumentException if no head of it selected pages twice
    public static PopularityFit of(RecordedRun run) {
        PageUse recorded = PageUse.of(run);
        Search search = new Search(run, recorded);
        for (int round = 0; round < ROUNDS; round++) {
            search.moveDepths();
            search.tryNoise(FIRST_STEP / (1 << round));
        }
        search.moveDepths();
        return new PopularityFit(search.popularity(), recorded, search.drawn);
    }

    /// Decode steps of the same length as the run's, drawn from a popularity.
    ///
    /// @param seed seed of the draws
    public static List<StepReads> draw(RecordedRun run, Fitted popularity, long seed) {
        List<StepReads> steps = new ArrayList<>();
        new SyntheticReads(
                        run.model().shape(),
                        run.attention().hybrid(),
                        run.heads(),
                        popularity,
                        run.steps().getFirst().contextTokens(),
                        run.steps().size(),
                        seed)
                .steps()
                .forEachRemaining(steps::add);
        return steps;
    }

    /// Where the search is. For one thread.
    private static final class Search {
        private final RecordedRun run;
        private final PageUse recorded;
        private double[] places;
        private double[] noise = {0.4, 0.2, 0.5, 0.2, 0.2};
        private PageUse drawn;

        Search(RecordedRun run, PageUse recorded) {
            this.run = run;
            this.recorded = recorded;
            this.places =
                    new double[recorded.byDepth().size() + recorded.recent().size()];
            this.drawn = use(places, noise);
        }

        Fitted popularity() {
            return popularity(places, noise);
        }

        private Fitted popularity(double[] places, double[] noise) {
            int depths = recorded.byDepth().size();
            List<Double> appeals = Arrays.stream(places).boxed().toList();
            return new Fitted(
                    appeals.subList(0, depths),
                    appeals.subList(depths, appeals.size()),
                    noise[0],
                    noise[1],
                    noise[2],
                    noise[3],
                    noise[4]);
        }

        private PageUse use(double[] places, double[] noise) {
            return PageUse.of(new RecordedRun(
                    run.model(), run.attention(), run.heads(), draw(run, popularity(places, noise), SEED)));
        }

        /// Pages drawn too rarely become more appealing.
        void moveDepths() {
            double[] wanted = shares(recorded);
            double[] got = shares(drawn);
            double[] moved = IntStream.range(0, places.length)
                    .mapToDouble(i -> places[i] + DEPTH_GAIN * (deviations(wanted[i]) - deviations(got[i])))
                    .toArray();
            double mean =
                    Arrays.stream(moved, 0, recorded.byDepth().size()).average().orElse(0);
            places = Arrays.stream(moved)
                    .map(appeal -> rounded(Math.clamp(appeal - mean, -MOST_APPEAL, MOST_APPEAL)))
                    .toArray();
            drawn = use(places, noise);
        }

        /// One number after the other, up and down.
        void tryNoise(double step) {
            for (int i = 0; i < noise.length; i++) {
                for (double change : new double[] {step, -step}) {
                    double[] changed = noise.clone();
                    changed[i] = rounded(Math.clamp(changed[i] + change, 0, 1));
                    if (changed[0] + changed[1] > 1) {
                        continue;
                    }
                    PageUse use = use(places, changed);
                    if (difference(use) < difference(drawn)) {
                        noise = changed;
                        drawn = use;
                        break;
                    }
                }
            }
        }

        private double difference(PageUse use) {
            double[] wanted = moments(recorded);
            double[] got = moments(use);
            return IntStream.range(0, wanted.length)
                    .mapToDouble(i -> (wanted[i] - got[i]) * (wanted[i] - got[i]))
                    .sum();
        }
    }

    private static double[] moments(PageUse use) {
        return new double[] {use.concentration(), use.reuse(), use.laterReuse(), use.neighbours(), use.agreement()};
    }

    private static double[] shares(PageUse use) {
        return IntStream.range(0, use.byDepth().size() + use.recent().size())
                .mapToDouble(i -> i < use.byDepth().size()
                        ? use.byDepth().get(i)
                        : use.recent().get(i - use.byDepth().size()))
                .toArray();
    }

    /// Standard deviations above which a normal number lies with probability `share`, counted downwards.
    private static double deviations(double share) {
        double kept = Math.clamp(share, RAREST, 1 - RAREST);
        return Math.log(kept / (1 - kept)) / LOGISTIC_TO_NORMAL;
    }

    /// As many digits as a preset is written with.
    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}

package h2eal.lab.reproduce;

import com.fasterxml.jackson.annotation.JsonProperty;
import h2eal.lab.result.ResultTable;
import h2eal.lab.result.Scope;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// The paper's evaluation, reproduced: what `h2eal reproduce --json` writes and reports are drawn from.
///
/// @param rows every system against every baseline, attention alone and end to end, with the default setting
/// @param strongest what `h2eal` reaches of the ideal over the strongest dense baseline
/// @param headline extremes over models and contexts against `hb-head`, our reading of the paper's baseline
/// @param bands extremes over all settings, context by context
/// @param ladder what each idea adds
/// @param paper the paper's numbers beside ours
/// @param landings where each setting reaches each of the paper's numbers
/// @param sweeps every experiment's results, from which all of the above is computed
public record Evaluation(
        List<SpeedUp> rows,
        Headline headline,
        Strongest strongest,
        List<Band> bands,
        List<LadderStep> ladder,
        List<Comparison> paper,
        List<Landing> landings,
        List<ResultTable> sweeps) {

    public Evaluation {
        rows = List.copyOf(rows);
        bands = List.copyOf(bands);
        ladder = List.copyOf(ladder);
        paper = List.copyOf(paper);
        landings = List.copyOf(landings);
        sweeps = List.copyOf(sweeps);
    }

    /// Attention alone over `hb-tiled`, which loses nothing to its mapping: what sparsity gives.
    ///
    /// @param fromContext contexts from here on count
    /// @param leastIdealShare least speed-up over the ratio of cache bytes, with the default setting
    /// @param least the row that has it
    /// @param passing settings, of those simulated, that pass the paper's highest speed-up and energy efficiency at or
    ///     below the longest simulated context
    public record Strongest(int fromContext, double leastIdealShare, Optional<SpeedUp> least, List<Passing> passing) {
        public Strongest {
            passing = List.copyOf(passing);
        }
    }

    /// A setting that passes both of the paper's highest numbers, and the context from which it does.
    ///
    /// @param accuracy what was measured of this setting, by others or by us; often nothing
    public record Passing(
            String model, String setting, double speedContext, double energyContext, List<KnownAccuracy> accuracy) {
        public Passing {
            accuracy = List.copyOf(accuracy);
        }
    }

    /// Extremes in both scopes.
    public record Headline(Range attention, Range endToEnd) {}

    /// Extremes of both quantities.
    public record Range(double minSpeedup, double maxSpeedup, double minEnergy, double maxEnergy) {

        static Range of(List<SpeedUp> rows) {
            return new Range(
                    rows.stream().mapToDouble(SpeedUp::speedup).min().orElse(0),
                    rows.stream().mapToDouble(SpeedUp::speedup).max().orElse(0),
                    rows.stream().mapToDouble(SpeedUp::energyEfficiency).min().orElse(0),
                    rows.stream().mapToDouble(SpeedUp::energyEfficiency).max().orElse(0));
        }

        /// The end of the range that a number of the paper speaks of.
        double end(PaperNumber number) {
            return switch (number.quantity()) {
                case SPEED -> number.lowest() ? minSpeedup : maxSpeedup;
                case ENERGY -> number.lowest() ? minEnergy : maxEnergy;
            };
        }
    }

    /// Extremes over models and settings at one context, against one baseline, attention alone.
    public record Band(int context, String baseline, Range range) {}

    /// One step of the ladder.
    ///
    /// @param speedup over the first step
    /// @param gain over the step before
    public record LadderStep(
            String model,
            int context,
            String step,
            Scope scope,
            double nanoseconds,
            double picojoules,
            double speedup,
            double energyEfficiency,
            double gain) {}

    /// A number of the paper, ours in the same place, and why they differ.
    ///
    /// @param difference ours / paper - 1
    public record Comparison(String number, Scope scope, double paper, double ours, double difference, String reason) {}

    /// Where a setting reaches the numbers of the paper, attention alone.
    ///
    /// @param places one per number, in the order of [PaperNumber#ALL]
    public record Landing(String model, String baseline, String setting, List<Place> places) {
        public Landing {
            places = List.copyOf(places);
        }
    }

    /// Where a number of the paper is reached.
    ///
    /// @param reach whether it is
    /// @param contextTokens context at which it is, interpolated on logarithms between simulated contexts; only if
    ///     these lie on both sides
    public record Place(String number, double paper, Reach reach, OptionalDouble contextTokens) {

        /// The context from which on the number is reached; 0 where the shortest simulated one does, empty if none.
        public OptionalDouble from() {
            return switch (reach) {
                case ALWAYS -> OptionalDouble.of(0);
                case AT -> contextTokens;
                case NEVER -> OptionalDouble.empty();
            };
        }
    }

    /// Whether a setting reaches a number within the simulated contexts.
    public enum Reach {
        /// At the shortest context already.
        @JsonProperty("always")
        ALWAYS,
        @JsonProperty("at")
        AT,
        @JsonProperty("never")
        NEVER
    }
}

package h2eal.lab.figure;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.lab.report.Chart;
import h2eal.lab.report.GoldenMarkdown;
import h2eal.lab.report.HtmlReport;
import h2eal.lab.report.Report;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.report.Report.Section;
import h2eal.lab.reproduce.Evaluation;
import h2eal.lab.reproduce.Evaluation.Comparison;
import h2eal.lab.reproduce.Evaluation.Headline;
import h2eal.lab.reproduce.Evaluation.LadderStep;
import h2eal.lab.reproduce.Evaluation.Landing;
import h2eal.lab.reproduce.Evaluation.Passing;
import h2eal.lab.reproduce.Evaluation.Place;
import h2eal.lab.reproduce.Evaluation.Range;
import h2eal.lab.reproduce.Evaluation.Reach;
import h2eal.lab.reproduce.Evaluation.Strongest;
import h2eal.lab.reproduce.KnownAccuracy;
import h2eal.lab.reproduce.SpeedUp;
import h2eal.lab.result.Scope;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReproduceReportTest {

    private static final Report REPORT = ReproduceReport.of(evaluation());

    @Test
    void everyFigureHasItsOwnName() {
        assertThat(REPORT.sections())
                .flatExtracting(Section::figures)
                .extracting(Figure::id)
                .doesNotHaveDuplicates()
                .contains("paper", "landings", "speed-up-hb-head-attention-alone", "ladder-m-1-32k");
    }

    @Test
    void modelWithoutAContextHasAGapThere() {
        String speed = figure("speed-up-hb-head-attention-alone").table().text();

        assertThat(speed).isEqualTo("context,m.1 (times),n (times)\n4K,5.000,2.000\n100000,40.00,\n");
        assertThat(HtmlReport.text(REPORT)).contains("\"data\":[2.0,\"-\"]").doesNotContain("\"NaN\"");
    }

    @Test
    void markdownIsTheGoldenFile() throws IOException {
        GoldenMarkdown.assertGolden(REPORT, ReproduceReportTest.class, "reproduce.md");
    }

    @Test
    void everyStepOfTheLadderIsABarBetweenTheTimesBeforeAndAfterIt() {
        assertThat(figure("ladder-m-1-32k").table().rows())
                .containsExactly(
                        List.of("dense", "start", "4.500", "90.00", "90.00 us"),
                        List.of("+ half", "saved", "45.00", "90.00", "2.00x"),
                        List.of("h2eal", "saved", "9.000", "45.00", "5.00x"));
    }

    @Test
    void paperStandsBesideOurs() {
        assertThat(figure("paper").table().rows())
                .containsExactly(
                        List.of("highest speed-up", "attention alone", "48.21", "40.00", "-17 %", "unknown budget"));
        assertThat(figure("landings").table().rows().getFirst()).containsExactly("m.1", "hb-head", "default", "12K");
    }

    private static Chart figure(String id) {
        return REPORT.sections().stream()
                .flatMap(section -> section.figures().stream())
                .filter(figure -> figure.id().equals(id))
                .findFirst()
                .orElseThrow()
                .chart();
    }

    private static Evaluation evaluation() {
        Range range = new Range(2, 40, 3, 60);
        return new Evaluation(
                List.of(row("m.1", 4096, 5), row("m.1", 100_000, 40), row("n", 4096, 2)),
                new Headline(range, range),
                new Strongest(
                        16_384,
                        0.8,
                        Optional.empty(),
                        List.of(
                                new Passing(
                                        "llama-3-8b",
                                        "default",
                                        145_000,
                                        249_000,
                                        KnownAccuracy.of("llama-3-8b", "default")),
                                new Passing("m.1", "budget 1024, streaming share 0.5", 52_000, 86_000, List.of()))),
                List.of(),
                List.of(
                        step("dense", Scope.ATTENTION, 1, 1),
                        step("+ half", Scope.ATTENTION, 2, 2),
                        step("h2eal", Scope.ATTENTION, 10, 5),
                        step("dense", Scope.END_TO_END, 1, 1),
                        step("+ half", Scope.END_TO_END, 1.5, 1.5),
                        step("h2eal", Scope.END_TO_END, 3, 2)),
                List.of(new Comparison(
                        "highest speed-up", Scope.ATTENTION, 48.21, 40, 40 / 48.21 - 1, "unknown budget")),
                List.of(new Landing(
                        "m.1",
                        "hb-head",
                        "default",
                        List.of(new Place("lowest speed-up", 5.2, Reach.AT, OptionalDouble.of(12345))))),
                List.of());
    }

    private static SpeedUp row(String model, int context, double speedup) {
        return new SpeedUp(model, context, "h2eal", "hb-head", Scope.ATTENTION, "default", speedup, 2 * speedup, 50);
    }

    /// Dense attention takes 90 microseconds.
    private static LadderStep step(String name, Scope scope, double speedup, double gain) {
        return new LadderStep("m.1", 32_768, name, scope, 90_000 / speedup, 1, speedup, speedup, gain);
    }
}

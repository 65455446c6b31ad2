package h2eal.lab.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import h2eal.lab.fit.FitCheck;
import h2eal.lab.loop.ClosedLoop;
import h2eal.lab.loop.LayerTimeline;
import h2eal.lab.loop.RecordedRun;
import h2eal.lab.loop.Runs;
import h2eal.lab.measure.Fact;
import h2eal.lab.measure.Haystack;
import h2eal.lab.measure.Recall;
import h2eal.lab.measure.RecallDemo;
import h2eal.lab.report.Chart;
import h2eal.lab.report.GoldenMarkdown;
import h2eal.lab.report.Report;
import h2eal.lab.report.Report.Figure;
import h2eal.lab.report.ReportFile;
import h2eal.lab.result.CsvTable;
import h2eal.runtime.Timings;
import h2eal.workload.ReadCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoReportTest {

    private static final RecordedRun RUN = Runs.drawn(1024, 2);
    private static final ClosedLoop LOOP = ClosedLoop.of(RUN, "hb-edge", systems -> {});
    private static final LayerTimeline TIMELINE = LayerTimeline.of(RUN, "hb-edge");
    private static final FitCheck FITTED = FitCheck.of(RUN, "hb-edge");
    private static final Report REPORT = DemoReport.of(demo(), RUN, LOOP, TIMELINE, FITTED);

    @Test
    void measuredAndSimulatedNumbersNeverShareATable() {
        assertThat(REPORT.sections())
                .extracting(Report.Section::title)
                .containsExactly(
                        "Answers",
                        "The same reads, simulated",
                        "Where time and energy go",
                        "What the heads read",
                        "Drawn reads in place of recorded ones");
        assertThat(table("measured").text())
                .contains("CPU time (ms),27.00,20.00")
                .doesNotContain("cycles");
        assertThat(table("simulated").text()).contains("attention cycles").doesNotContain("ms");
    }

    @Test
    void markdownIsTheGoldenFile() throws IOException {
        GoldenMarkdown.assertGolden(REPORT, DemoReportTest.class, "demo.md");
    }

    @Test
    void tableOfSystemsHoldsTheLoopsCosts() {
        assertThat(table("simulated").rows())
                .extracting(row -> row.get(0) + " " + row.get(1))
                .containsExactlyElementsOf(LOOP.systems().stream()
                        .map(cost ->
                                cost.system() + " " + cost.step().attention().cycles())
                        .toList());
        assertThat(table("speed-up").rows().getLast().get(1))
                .isEqualTo(Chart.number(LOOP.gains().getLast().attention().speedup()));
    }

    @Test
    void phasesAddUpToTheCyclesOfTheStep() {
        List<String> ours = table("phases").rows().getLast();
        double sum = ours.stream().skip(1).mapToDouble(Double::parseDouble).sum();

        assertThat(ours.getFirst()).isEqualTo("h2eal");
        assertThat(1000 * sum).isCloseTo(LOOP.step("h2eal").endToEnd().cycles(), withinPercentage(1));
    }

    @Test
    void everyTileHasItsCell() {
        assertThat(table("mesh-h2eal").rows()).hasSize(LOOP.meshRows() * LOOP.meshColumns());
        assertThat(table("head-map").rows())
                .hasSize(16)
                .filteredOn(row -> row.contains("retrieval"))
                .hasSize(8);
    }

    @Test
    void timelineShowsAttentionOfEveryTileWithinThePhases() {
        List<List<String>> rows = table("timeline").rows();
        double end = rows.stream()
                .filter(row -> row.get(0).equals("phases"))
                .mapToDouble(row -> Double.parseDouble(row.get(3)))
                .max()
                .orElseThrow();

        assertThat(rows).extracting(row -> row.get(1)).contains("qkv", "score", "attend", "output", "feed forward");
        assertThat(rows.stream().map(List::getFirst).distinct()).hasSize(1 + 64);
        assertThat(rows)
                .allSatisfy(row -> assertThat(Double.parseDouble(row.get(3))).isBetween(0.0, end * 1.001));
    }

    @Test
    void noSystemIsAboveTheRoof() {
        ClosedLoop.Roof roof = LOOP.roof();
        assertThat(table("roofline").rows())
                .filteredOn(row -> !row.getFirst().equals("roof"))
                .hasSize(4)
                .allSatisfy(row -> {
                    double macsPerByte = Double.parseDouble(row.get(2));
                    assertThat(Double.parseDouble(row.get(3)))
                            .isPositive()
                            .isLessThan(Math.min(roof.macsPerCycle(), macsPerByte * roof.bytesPerCycle()));
                });
    }

    @Test
    void bothFilesAreWrittenSideBySide(@TempDir Path folder) throws IOException {
        ReportFile file = new ReportFile(folder.resolve("new/demo.html"));

        file.prepare();
        file.write(REPORT);

        assertThat(file.html()).content().contains("H2EAL demo");
        assertThat(folder.resolve("new/demo.md")).content().startsWith("# H2EAL demo");
    }

    private static CsvTable table(String id) {
        return REPORT.sections().stream()
                .flatMap(section -> section.figures().stream())
                .filter(figure -> figure.id().equals(id))
                .map(Figure::chart)
                .map(Chart::table)
                .findFirst()
                .orElseThrow();
    }

    private static RecallDemo demo() {
        Fact fact = new Fact("abc", "1234");
        Haystack haystack = new Haystack("text", List.of(fact));
        return new RecallDemo(
                RUN.model().shape(),
                RUN.attention(),
                RUN.heads(),
                haystack,
                recall(27),
                recall(20),
                RUN.steps()::iterator);
    }

    private static Recall recall(int milliseconds) {
        Timings timings = new Timings(1000, 1, 10, milliseconds * 10_000_000L);
        return new Recall(List.of("1234"), 1009, timings, new ReadCounts(0, 100, 20, 4096, 8192));
    }
}

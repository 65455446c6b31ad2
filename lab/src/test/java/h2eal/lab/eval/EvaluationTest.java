package h2eal.lab.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.Budget;
import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryScore;
import h2eal.lab.eval.score.Candidate;
import h2eal.lab.eval.score.SuiteScore;
import h2eal.lab.eval.suite.Suite;
import h2eal.lab.eval.task.FactStyle;
import h2eal.lab.eval.task.Material;
import h2eal.lab.eval.task.Task;
import h2eal.lab.eval.task.Trial;
import h2eal.lab.measure.Shipped;
import h2eal.runtime.AttentionMode;
import h2eal.runtime.Engine;
import h2eal.runtime.SessionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Is the suite fair, and does it see what it should? On the shipped model, in contexts small enough for a test.
class EvaluationTest {

    private static Engine engine;
    private static String prose;

    @BeforeAll
    static void open() throws IOException {
        engine = Engine.open(Shipped.model(), 2);
        prose = Files.readString(Shipped.prose());
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void everyTaskFillsItsContextAndIsTheSameForASeed() {
        int[] tokens = engine.tokenizer().encode(prose, false);
        for (Task task : Suite.of("all").tasks()) {
            if (task.refusal(engine.tokenizer()).isEmpty()) {
                for (int context : List.of(600, 1500)) {
                    for (FactStyle style : FactStyle.values()) {
                        Trial trial = draw(task, tokens, style, context, 5);

                        assertThat(trial.mostTokens()).as(task.name()).isBetween(context * 3 / 4, context);
                        assertThat(trial.context())
                                .isEqualTo(draw(task, tokens, style, context, 5).context());
                        assertThat(trial.context())
                                .isNotEqualTo(
                                        draw(task, tokens, style, context, 6).context());
                    }
                }
            }
        }
    }

    @Test
    void everyAnswerOfANeedleTaskStandsInTheContext() {
        int[] tokens = engine.tokenizer().encode(prose, false);
        for (Task task : Suite.of("single-1,single-2,single-3,multikey-1,multikey-2,multikey-3,multivalue,multiquery,"
                        + "passkey,turns,tracing,qa-1,qa-2")
                .tasks()) {
            Trial trial = draw(task, tokens, FactStyle.RECORD, 1200, 3);
            String text = engine.tokenizer().decode(trial.context());
            trial.questions().stream()
                    .flatMap(question -> question.segments().stream())
                    .filter(segment -> segment.wanted())
                    .forEach(wanted -> assertThat(text)
                            .as(task.name())
                            .contains(engine.tokenizer().decode(wanted.tokens()).strip()));
        }
    }

    @Test
    void attentionThatSkipsNothingScoresAsDense() {
        SuiteScore all = evaluate("multikey-1,turns,prose", 500, candidate(100_000, 1))
                .scores()
                .getFirst();

        assertThat(all.difference().mean()).isZero();
        assertThat(all.agreement()).isEqualTo(1);
        assertThat(all.klToDense()).isZero();
        assertThat(all.sparseNll()).isEqualTo(all.denseNll());
        assertThat(all.byteFactor()).isEqualTo(1);
        assertThat(all.dense()).isGreaterThan(0.5);
    }

    @Test
    void headsThatForgetAreSeenToFail() {
        SuiteScore none = evaluate("multikey-1", 700, candidate(64, 0)).scores().getFirst();

        assertThat(none.dense()).isGreaterThan(0.5);
        assertThat(none.sparse()).isLessThan(0.5);
        assertThat(none.byteFactor()).isGreaterThan(3);
        assertThat(none.difference().high()).isLessThan(0);
        assertThat(none.tasks()).extracting(score -> score.depth()).contains("all", "0-25 %", "75-100 %");
    }

    @Test
    void attentionThatReadsPromptsAlongLinesReadsTheContextItself() {
        AttentionMode.Hybrid dense = candidate(100_000, 1).mode();
        HybridAttention lines = dense.attention().withVerticalSlash(OptionalInt.of(128));
        Candidate candidate = new Candidate("lines", new AttentionMode.Hybrid(lines, dense.heads()));

        SuiteScore score = evaluate("multikey-1", 700, candidate).scores().getFirst();

        assertThat(score.klToDense()).isPositive();
        assertThat(score.byteFactor()).isEqualTo(1);
    }

    @Test
    void taskWithoutItsSpecialTokenIsRefusedWithTheReason() {
        assertThatThrownBy(() -> evaluate("packed", 500, candidate(64, 1)))
                .hasMessage("task packed separates documents by an end-of-text token, which the model has not");
        assertThat(evaluate("packed,single-2", 300, candidate(64, 1)).refused()).hasSize(1);
    }

    @Test
    void unknownTaskIsNamedBesideThoseThatExist() {
        assertThatThrownBy(() -> Suite.of("single-1,single-9"))
                .hasMessageStartingWith("single-9: no such suite or task; suites: all, ruler, quick; tasks: single-1,");
    }

    @Test
    void contextThatDoesNotHoldTheTaskIsRefused() {
        assertThatThrownBy(() -> evaluate("turns", 40, candidate(64, 1)))
                .hasMessageStartingWith("a context of 40 tokens does not hold");
    }

    private static Trial draw(Task task, int[] prose, FactStyle style, int context, long seed) {
        return task.generator().draw(new Material(engine.tokenizer(), prose, style, context, seed), 0, 1);
    }

    private static Evaluation evaluate(String suite, int context, Candidate candidate) {
        return Evaluation.of(
                engine,
                SessionOptions.dense(),
                List.of(candidate),
                new Evaluation.Plan(Suite.of(suite), prose, FactStyle.RECORD, context, 2, 9),
                (step, tokens, layer, head, read) -> {},
                done -> {});
    }

    /// Heads of the first layers stream, the others select, or all stream.
    private static Candidate candidate(int budgetTokens, int retrievalHeads) {
        boolean[][] heads = new boolean[4][4];
        Arrays.stream(heads).forEach(layer -> Arrays.fill(layer, retrievalHeads > 0));
        HybridAttention attention = new HybridAttention(
                // those of the dense run, so that sums are rounded alike
                new PageGeometry(64, 16),
                new HeadPattern.Streaming(16, 48),
                new HeadPattern.Retrieval(new Budget.Fixed(budgetTokens), 16),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                0,
                false);
        return new Candidate("tested", new AttentionMode.Hybrid(attention, Optional.of(HeadMap.of(heads))));
    }
}

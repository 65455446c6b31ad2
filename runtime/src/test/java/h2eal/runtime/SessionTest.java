package h2eal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.SummaryPrecision;
import h2eal.attention.SummaryScore;
import h2eal.model.Precision;
import h2eal.runtime.golden.Golden;
import h2eal.runtime.text.Sampler;
import h2eal.workload.ReadCounts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTest {

    private static final PageGeometry PAGES = new PageGeometry(16, 16);

    private static Engine demo;

    @BeforeAll
    static void openDemoModel() {
        demo = Engine.open(Golden.MODELS.resolve("h2eal-demo.gguf"), 2);
    }

    @AfterAll
    static void closeDemoModel() {
        demo.close();
    }

    @Test
    void hybridIsDenseToTheLastBitWhileTheContextFitsTheBudget() {
        int[] prompt = prompt("needle-512-0.5-0");
        SessionOptions dense = SessionOptions.dense().with(new AttentionMode.Dense(PAGES));
        assertThat(logitsOf(dense.with(hybrid(1024)), prompt)).isEqualTo(logitsOf(dense, prompt));
    }

    @Test
    void aSmallBudgetSkipsPagesAndStillFindsTheAnswer() {
        try (Session session = demo.session(SessionOptions.dense().with(hybrid(256)))) {
            Generation generation =
                    session.generate(prompt("needle-1024-0.5-0"), GenerationOptions.greedy(4), GenerationListener.NONE);
            assertThat(generation.text()).isEqualTo("7527");
            ReadCounts counters = generation.attention();
            assertThat(counters.pagesSkipped()).isGreaterThan(counters.pagesRead());
            assertThat(counters.bytesRead()).isLessThan(counters.denseBytes());
        }
    }

    @Test
    void countersAddUpWhatTheSinkHears() {
        List<Integer> tokensRead = new ArrayList<>();
        try (Session session = demo.session(SessionOptions.dense().with(hybrid(64)))) {
            session.prefill(prompt("short"));
            session.step(
                    '1',
                    (step, contextTokens, layer, kvHead, read) ->
                            tokensRead.add(read.tokens().size()));
            // 79 tokens are 5 pages; 4 fit the budget. Every head scores all 5 summaries of 16 tokens.
            ReadCounts counters = session.counters();
            assertThat(tokensRead)
                    .hasSize(16)
                    .allSatisfy(tokens -> assertThat(tokens).isEqualTo(63));
            assertThat(counters.pagesScored()).isEqualTo(16 * 5);
            assertThat(counters.pagesRead()).isEqualTo(16 * 4);
            assertThat(counters.pagesSkipped()).isEqualTo(16);
            int tokenBytes = 2 * 32 * Float.BYTES;
            assertThat(counters.denseBytes()).isEqualTo(16L * 79 * tokenBytes);
            assertThat(counters.bytesRead()).isEqualTo(16L * (63 * tokenBytes + 5 * tokenBytes));
        }
    }

    @Test
    void narrowCachesAnswerTheSame() {
        for (Precision kv : List.of(Precision.F16, Precision.BF16, Precision.INT8)) {
            Generation generation = demo.generate(
                    text("needle-512-0.5-0"),
                    SessionOptions.dense().with(kv),
                    GenerationOptions.greedy(5),
                    GenerationListener.NONE);
            assertThat(generation.text()).as(kv.toString()).isEqualTo("3036]");
        }
    }

    @Test
    void contextBeyondTheModelsTrainingIsRefusedWithTheLimit() {
        assertThatThrownBy(() -> demo.session(SessionOptions.dense().withContext(5000, false)))
                .hasMessage("a context of 5000 tokens exceeds the 4096 that h2eal-demo was trained for");
        demo.session(SessionOptions.dense().withContext(5000, true)).close();
        try (Session session = demo.session(SessionOptions.dense().withContext(100, false))) {
            session.prefill(prompt("short"));
            assertThatThrownBy(() -> session.prefill(prompt("short")))
                    .hasMessage("78 more tokens after 78 exceed the context of 100 tokens");
        }
    }

    @Test
    void headMapOfAnotherModelIsRefused() {
        AttentionMode other = new AttentionMode.Hybrid(attention(256), Optional.of(HeadMap.allRetrieval(4, 8)));
        assertThatThrownBy(() -> demo.session(SessionOptions.dense().with(other)))
                .hasMessage("the head map has 4 layers of 8 KV heads, h2eal-demo has 4 of 4");
    }

    @Test
    void generationEndsWhereTheContextDoes() {
        SessionOptions options = SessionOptions.dense().withContext(80, false);
        Generation generation =
                demo.generate(text("short"), options, GenerationOptions.greedy(10), GenerationListener.NONE);
        assertThat(generation.end()).isEqualTo(Generation.End.CONTEXT_FULL);
        assertThat(generation.tokens()).hasSize(3);
    }

    @Test
    void stopTextsEndTheAnswerAndAreNotPartOfIt() {
        GenerationOptions options =
                new GenerationOptions(20, new Sampler.Greedy(), List.of("] ", "xyz"), Optional.empty());
        StringBuilder heard = new StringBuilder();
        Generation generation = demo.generate(text("short"), SessionOptions.dense(), options, new GenerationListener() {
            @Override
            public boolean generated(int token, String text) {
                heard.append(text);
                return true;
            }
        });
        assertThat(generation.end()).isEqualTo(Generation.End.STOP_TEXT);
        assertThat(generation.text()).isEqualTo("1234").isEqualTo(heard.toString());
    }

    @Test
    void listenerAndInterruptEndAGeneration() {
        GenerationListener afterTwo = new GenerationListener() {
            private int heard;

            @Override
            public boolean generated(int token, String text) {
                return ++heard < 2;
            }
        };
        Generation generation =
                demo.generate(text("short"), SessionOptions.dense(), GenerationOptions.greedy(10), afterTwo);
        assertThat(generation.end()).isEqualTo(Generation.End.INTERRUPTED);
        assertThat(generation.text()).isEqualTo("12");
        Thread.currentThread().interrupt();
        Generation interrupted = demo.generate(
                text("short"), SessionOptions.dense(), GenerationOptions.greedy(10), GenerationListener.NONE);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(interrupted.tokens()).isEmpty();
    }

    @Test
    void forgetfulSessionsKeepLessOfStreamingHeads() {
        AttentionMode streaming = new AttentionMode.Hybrid(attention(256), Optional.of(HeadMap.of(new boolean[4][4])));
        int[] prompt = prompt("needle-1024-0.5-0");
        SessionOptions options = SessionOptions.dense().with(streaming);
        try (Session keeping = demo.session(options);
                Session forgetting = demo.session(options.forgettingStreamed())) {
            keeping.prefill(prompt);
            forgetting.prefill(prompt);
            assertThat(forgetting.cacheBytes()).isLessThan(keeping.cacheBytes() / 2);
            assertThat(forgetting.contextTokens()).isEqualTo(1024);
        }
    }

    @Test
    void forksAnswerLikeSessionsOfTheirOwnToTheLastBit() {
        int[] prompt = prompt("needle-1024-0.5-0");
        for (AttentionMode mode : List.of(new AttentionMode.Dense(PAGES), hybrid(256))) {
            SessionOptions options = SessionOptions.dense().with(mode).with(Precision.F16);
            try (Session document = demo.session(options)) {
                document.prefill(prompt);
                long shared = document.cacheBytes();
                try (Session first = document.fork();
                        Session second = document.fork()) {
                    float[] expected = logitsOf(options, prompt);
                    assertThat(continued(first)).isEqualTo(expected);
                    second.step('z');
                    assertThat(continued(document)).isEqualTo(expected);
                    // a page of each of 16 heads, and for heads that select a block of key summaries
                    assertThat(first.cacheBytes()).isBetween(1L, shared / 20);
                    assertThat(second.contextTokens()).isEqualTo(prompt.length + 1);
                }
                document.rewind(prompt.length);
                assertThat(document.contextTokens()).isEqualTo(prompt.length);
            }
        }
    }

    @Test
    void aRewoundSessionGoesOnAsIfNothingHadFollowed() {
        SessionOptions options = SessionOptions.dense().with(hybrid(256));
        int[] prompt = prompt("needle-1024-0.5-0");
        try (Session session = demo.session(options)) {
            session.prefill(prompt);
            session.step('x');
            session.step('y');
            session.rewind(prompt.length);
            assertThat(continued(session)).isEqualTo(logitsOf(options, prompt));
        }
    }

    @Test
    void anOracleFindsTheAnswerWithFewPagesAndScoresNone() {
        HybridAttention plain = attention(128);
        HybridAttention oracle = new HybridAttention(
                PAGES,
                plain.streaming(),
                plain.retrieval(),
                plain.score(),
                GroupRule.SOFTMAX_MAX,
                1,
                0,
                false,
                true,
                SummaryPrecision.CACHE,
                OptionalInt.empty());
        SessionOptions options = SessionOptions.dense().with(new AttentionMode.Hybrid(oracle, Optional.empty()));
        try (Session session = demo.session(options)) {
            Generation generation =
                    session.generate(prompt("needle-1024-0.5-0"), GenerationOptions.greedy(4), GenerationListener.NONE);
            assertThat(generation.text()).isEqualTo("7527");
            assertThat(generation.attention().pagesScored()).isZero();
            assertThat(generation.attention().savedFactor()).isGreaterThan(7);
        }
    }

    @Test
    void aPromptReadAlongLinesAnswersTheSameFromLessAttention() {
        HybridAttention lines = attention(HeadPattern.Retrieval.UNLIMITED).withVerticalSlash(OptionalInt.of(256));
        SessionOptions options = SessionOptions.dense().with(new AttentionMode.Hybrid(lines, Optional.empty()));
        try (Session session = demo.session(options)) {
            Generation generation =
                    session.generate(prompt("needle-1024-0.5-0"), GenerationOptions.greedy(4), GenerationListener.NONE);
            assertThat(generation.text()).isEqualTo("7527");
            assertThat(generation.prefillAttention().savedFactor()).isBetween(1.3, 4.0);
            assertThat(generation.attention().savedFactor()).isEqualTo(1);
        }
    }

    @Test
    void aDensePromptReadsEverythingBeforeEveryToken() {
        try (Session session = demo.session(SessionOptions.dense())) {
            session.prefill(prompt("short"));
            // 78 tokens, 4 layers of 4 heads, keys and values of 32 numbers
            ReadCounts counts = session.prefillCounters();
            assertThat(counts.denseBytes()).isEqualTo(16L * 78 * 79 / 2 * 2 * 32 * Float.BYTES);
            assertThat(counts.bytesRead()).isEqualTo(counts.denseBytes());
            assertThat(counts.pagesSkipped()).isZero();
        }
    }

    @Test
    void aSessionContinuedFromOneOfOtherPagesAnswersAsIfItHadReadTheTextItself() {
        int[] prompt = prompt("needle-1024-0.5-0");
        SessionOptions options = SessionOptions.dense().with(hybrid(256));
        try (Session dense = demo.session(SessionOptions.dense());
                Session session = demo.session(options)) {
            dense.prefill(prompt);
            session.continueFrom(dense);
            float[] own = logitsOf(options, prompt);
            float[] continued = continued(session);
            // pages of other sizes order the sums of the dense prefill otherwise
            for (int token = 0; token < own.length; token++) {
                assertThat(continued[token]).isCloseTo(own[token], within(1e-3f));
            }
        }
    }

    /// Evaluations read a text once, densely, and let every attention go on from there.
    @Test
    void compensationReachesWhatAnotherSessionRead() {
        int[] prompt = prompt("needle-1024-0.5-0");
        SessionOptions plain = streaming(false);
        SessionOptions compensated = streaming(true);
        try (Session dense = demo.session(SessionOptions.dense());
                Session without = demo.session(plain);
                Session with = demo.session(compensated)) {
            dense.prefill(prompt);
            without.continueFrom(dense);
            with.continueFrom(dense);
            float[] own = logitsOf(compensated, prompt);
            float[] continued = continued(with);
            assertThat(distance(continued, continued(without))).isGreaterThan(1e-2f);
            assertThat(distance(continued, own)).isLessThan(1e-3f);
        }
    }

    private static SessionOptions streaming(boolean compensation) {
        HybridAttention attention = new HybridAttention(
                PAGES,
                new HeadPattern.Streaming(0, 4),
                new HeadPattern.Retrieval(64),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                0,
                compensation);
        HeadMap heads = HeadMap.of(new boolean[4][4]);
        return SessionOptions.dense().with(new AttentionMode.Hybrid(attention, Optional.of(heads)));
    }

    private static float distance(float[] some, float[] others) {
        float most = 0;
        for (int i = 0; i < some.length; i++) {
            most = Math.max(most, Math.abs(some[i] - others[i]));
        }
        return most;
    }

    @Test
    void stepsOfSeveralSessionsTogetherEqualStepsAloneToTheLastBit() {
        List<SessionOptions> options = List.of(
                SessionOptions.dense().with(hybrid(256)),
                SessionOptions.dense().with(new AttentionMode.Dense(PAGES)).with(Precision.F16),
                SessionOptions.dense().with(hybrid(64)).with(Precision.INT8));
        int[] prompt = prompt("needle-1024-0.5-0");
        List<Session> together = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            Session session = demo.session(options.get(i));
            session.prefill(Arrays.copyOf(prompt, 300 + 250 * i));
            together.add(session);
        }
        List<Session> alone = together.stream().map(Session::fork).toList();
        for (int round = 0; round < 5; round++) {
            int[] tokens = {'a' + round, 'k' + round, 'z' - round};
            demo.step(together, tokens);
            for (int i = 0; i < 3; i++) {
                alone.get(i).step(tokens[i]);
                assertThat(together.get(i).logits()).isEqualTo(alone.get(i).logits());
                assertThat(together.get(i).tokens()).isEqualTo(alone.get(i).tokens());
                assertThat(together.get(i).counters()).isEqualTo(alone.get(i).counters());
            }
        }
        assertThatThrownBy(() -> demo.step(List.of(together.get(0), together.get(0)), new int[2]))
                .hasMessage("a step takes one token for each of several different sessions: 2 sessions, 2 tokens");
        together.forEach(Session::close);
        alone.forEach(Session::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gqa-F16", "gqa-BF16", "gqa-Q8_0", "gqa-Q4_0", "mha-F32", "k-Q4_K", "k-Q6_K"})
    void everyWeightTypeStepsTogetherAsAlone(String name) {
        try (Engine engine = Engine.open(Golden.MODELS.resolve("generated").resolve(name + ".gguf"), 2);
                Session first = engine.session(SessionOptions.dense());
                Session second = engine.session(SessionOptions.dense())) {
            first.prefill(new int[] {3, 1, 4, 1, 5});
            second.prefill(new int[] {9, 2});
            try (Session alone = second.fork()) {
                engine.step(List.of(first, second), new int[] {6, 7});
                alone.step(7);
                assertThat(second.logits()).isEqualTo(alone.logits());
            }
        }
    }

    private static float[] logitsOf(SessionOptions options, int[] prompt) {
        try (Session session = demo.session(options)) {
            session.prefill(prompt);
            return continued(session);
        }
    }

    private static float[] continued(Session session) {
        for (int token : new int[] {'a', 'b', 'c'}) {
            session.step(token);
        }
        return session.logits().clone();
    }

    private static AttentionMode hybrid(int budgetTokens) {
        return new AttentionMode.Hybrid(attention(budgetTokens), Optional.empty());
    }

    private static HybridAttention attention(int budgetTokens) {
        return new HybridAttention(
                PAGES,
                new HeadPattern.Streaming(16, 64),
                new HeadPattern.Retrieval(budgetTokens),
                SummaryScore.BOX,
                GroupRule.SUM,
                1,
                0,
                false);
    }

    private static int[] prompt(String name) {
        return demo.tokenizer().encodePrompt(text(name));
    }

    private static String text(String name) {
        return Golden.demoCases().stream()
                .filter(test -> test.get("name").asString().equals(name))
                .map(test -> test.get("prompt").asString())
                .findFirst()
                .orElseThrow();
    }
}

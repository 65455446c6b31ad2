package h2eal.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ReadCountsTest {

    private static final PageGeometry GEOMETRY = new PageGeometry(64, 16);

    @Test
    void pagesAndBytesOfASparseRead() {
        HeadRead read = new HeadRead(63, TokenSet.ofRanges(0, 10, 20, 64, 100, 200, 990, 1000));
        // Pages 0, 1, 2, 3 and 15 of 16; 10 + 44 + 100 + 10 tokens.
        assertThat(ReadCounts.of(read, 1000, GEOMETRY, 512, 256))
                .isEqualTo(new ReadCounts(16, 5, 11, 164 * 512 + 63 * 256, 1000 * 512));
    }

    @Test
    void denseReadSkipsNothing() {
        ReadCounts counts = ReadCounts.of(new HeadRead(0, TokenSet.range(0, 1000)), 1000, GEOMETRY, 512, 256);
        assertThat(counts).isEqualTo(new ReadCounts(0, 16, 0, 512_000, 512_000));
        assertThat(counts.savedFactor()).isEqualTo(1);
    }

    @Test
    void stepAddsUpItsHeads() {
        HeadRead read = new HeadRead(16, TokenSet.range(0, 64));
        ReadCounts one = ReadCounts.of(read, 256, GEOMETRY, 512, 256);
        ReadCounts step = ReadCounts.of(
                new StepReads(256, List.of(List.of(read, read), List.of(read, read))), GEOMETRY, 512, 256);
        assertThat(step).isEqualTo(one.plus(one).plus(one).plus(one));
        assertThat(step.pagesRead()).isEqualTo(4);
        assertThat(step.savedFactor()).isEqualTo(256.0 * 512 / (64 * 512 + 16 * 256));
    }

    @Property(tries = 100)
    void pagesOfATokenSetAreThoseThatHoldAToken(@ForAll List<@IntRange(min = 0, max = 300) Integer> tokens) {
        TokenSet set = TokenSet.empty();
        for (int token : tokens) {
            set = set.union(TokenSet.range(token, token + 1));
        }
        assertThat(set.pages(8))
                .isEqualTo(tokens.stream().map(token -> token / 8).distinct().count());
    }

    @Test
    void collectorHandsOnWholeStepsInOrder() {
        List<StepReads> steps = new ArrayList<>();
        StepCollector collector = new StepCollector(2, 2, steps::add);
        HeadRead[] reads = new HeadRead[8];
        for (int i = 0; i < 8; i++) {
            reads[i] = new HeadRead(i, TokenSet.empty());
            collector.accept(i / 4, 10 + i / 4, i / 2 % 2, i % 2, reads[i]);
        }
        assertThat(steps)
                .containsExactly(
                        new StepReads(10, List.of(List.of(reads[0], reads[1]), List.of(reads[2], reads[3]))),
                        new StepReads(11, List.of(List.of(reads[4], reads[5]), List.of(reads[6], reads[7]))));
        assertThatThrownBy(() -> collector.accept(2, 12, 0, 1, reads[0]))
                .hasMessage("step 2: layer 0, KV head 1 where layer 0, KV head 0 was due");
    }
}

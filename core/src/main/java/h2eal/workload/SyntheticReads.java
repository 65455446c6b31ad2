package h2eal.workload;

import h2eal.attention.GroupRule;
import h2eal.attention.HeadMap;
import h2eal.attention.HeadPattern;
import h2eal.attention.HeadRead;
import h2eal.attention.HybridAttention;
import h2eal.model.ModelShape;
import h2eal.selection.Selection;
import h2eal.selection.SelectionPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.IntStream;

/// Decode steps of a model that was not run: the selection policy over drawn page scores. A pure function of its
/// components; the same seed gives the same reads on every machine.
///
/// @param model supplies layers and heads
/// @param attention what every kind of head reads
/// @param heads which heads are which
/// @param popularity which pages queries like
/// @param contextTokens tokens in the cache in the first step, the current one included
/// @param stepCount decode steps
/// @param seed seed of all draws
/// @param filter what is made of the draws before pages are selected
public record SyntheticReads(
        ModelShape model,
        HybridAttention attention,
        HeadMap heads,
        PagePopularity popularity,
        int contextTokens,
        int stepCount,
        long seed,
        ScoreFilter filter)
        implements ReadSource {

    /// Reads selected by the draws themselves.
    public SyntheticReads(
            ModelShape model,
            HybridAttention attention,
            HeadMap heads,
            PagePopularity popularity,
            int contextTokens,
            int stepCount,
            long seed) {
        this(model, attention, heads, popularity, contextTokens, stepCount, seed, ScoreFilter.NONE);
    }

    public SyntheticReads {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(attention, "attention");
        Objects.requireNonNull(heads, "heads");
        Objects.requireNonNull(popularity, "popularity");
        Objects.requireNonNull(filter, "filter");
        if (heads.layers() != model.layers() || heads.kvHeads() != model.kvHeads()) {
            throw new IllegalArgumentException("the head map is of %d x %d heads, model %s has %d x %d"
                    .formatted(heads.layers(), heads.kvHeads(), model.name(), model.layers(), model.kvHeads()));
        }
        if (contextTokens < 1 || stepCount < 0) {
            throw new IllegalArgumentException("contextTokens must be at least 1 and stepCount at least 0: %d, %d"
                    .formatted(contextTokens, stepCount));
        }
    }

    @Override
    public Iterator<StepReads> steps() {
        return new Steps();
    }

    private final class Steps implements Iterator<StepReads> {

        private final SelectionPolicy policy = new SelectionPolicy(attention, rowsDrawn(), model.headSize());
        private final Selection[] selections = new Selection[heads.layers() * heads.kvHeads()];
        private final int[] rounds = new int[selections.length];
        private int step;

        Steps() {
            Arrays.fill(selections, Selection.none());
        }

        @Override
        public boolean hasNext() {
            return step < stepCount;
        }

        @Override
        public StepReads next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the workload has %d steps".formatted(stepCount));
            }
            int tokens = contextTokens + step++;
            List<List<HeadRead>> reads = new ArrayList<>(heads.layers());
            for (int layer = 0; layer < heads.layers(); layer++) {
                int ofLayer = layer;
                reads.add(IntStream.range(0, heads.kvHeads())
                        .mapToObj(head -> read(ofLayer, head, tokens))
                        .toList());
            }
            return new StepReads(tokens, reads);
        }

        private HeadRead read(int layer, int head, int tokens) {
            int at = layer * heads.kvHeads() + head;
            HeadPattern pattern = attention.pattern(heads, layer, head);
            selections[at] = policy.select(
                    pattern,
                    tokens,
                    pages -> filter.filter(layer, head, tokens, draw(layer, head, pages)),
                    selections[at]);
            return selections[at].read();
        }

        private float[] draw(int layer, int head, int pages) {
            int round = rounds[layer * heads.kvHeads() + head]++;
            float[] scores = new float[rowsDrawn() * pages];
            for (int row = 0; row < rowsDrawn(); row++) {
                PageDraws draws = PageDraws.of(popularity, seed, layer, head * rowsDrawn() + row);
                for (int page = 0; page < pages; page++) {
                    scores[row * pages + page] = draws.score(page, pages, round);
                }
            }
            return scores;
        }
    }

    /// Query heads that select for themselves. A shared selection is one draw: the pages that a sum or a maximum of
    /// several draws favours would be no less random.
    private int rowsDrawn() {
        return attention.groupRule() == GroupRule.NONE ? model.groupSize() : 1;
    }
}

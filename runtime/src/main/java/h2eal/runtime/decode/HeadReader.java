package h2eal.runtime.decode;

import h2eal.attention.HeadPattern;
import h2eal.runtime.cache.HeadCache;
import h2eal.runtime.page.PageKernels;
import h2eal.runtime.page.QueryRows;
import h2eal.selection.PageScorer;
import h2eal.selection.ReusedSelection;
import h2eal.selection.SelectionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One KV head of one layer over the decode steps of a sequence: takes in the current token, chooses what to read, and
/// reads it in units of [#UNIT_PAGES] pages that any worker may take. A unit leaves one partial, or one per page where
/// the mass of each is wanted. Units depend on the tokens read only, so the result does not depend on the number of
/// workers.
final class HeadReader {

    /// Pages of one unit of work: long enough to make its merge negligible, short enough to balance.
    static final int UNIT_PAGES = QueryRows.MOST_PAGES;

    private final PageKernels kernels;
    private final HeadCache cache;
    private final int group;
    /// Pages that share a partial.
    private final int partialPages;
    private final QueryRows rows;
    private final PageScorer scorer;
    private final ReusedSelection selection;
    private final Optional<DroppedTokens> dropped;
    /// One list of pages if the group shares a selection, else one per query head.
    private final List<PageSpans> spans = new ArrayList<>();
    /// What the lists hold together: scratch for counting.
    private final PageSpans together = new PageSpans();

    private float[] partials = {};
    private int lists = 1;

    HeadReader(PageKernels kernels, SelectionPolicy policy, HeadPattern pattern, HeadCache cache, QueryRows rows) {
        this.kernels = kernels;
        this.cache = cache;
        group = policy.groupSize();
        partialPages = hasMassTarget(pattern) ? 1 : UNIT_PAGES;
        this.rows = rows;
        scorer = policy.attention().exactScores()
                ? new ExactScorer(policy.attention().geometry(), cache, rows)
                : new HeadScorer(kernels, policy.attention().geometry(), cache, rows);
        selection = new ReusedSelection(policy, pattern);
        dropped = policy.attention().compensation() && pattern instanceof HeadPattern.Streaming streaming
                ? Optional.of(new DroppedTokens(streaming, cache))
                : Optional.empty();
        spans.add(new PageSpans());
    }

    private static boolean hasMassTarget(HeadPattern pattern) {
        return pattern instanceof HeadPattern.Retrieval retrieval
                && retrieval.massTarget().isPresent();
    }

    /// Forgets earlier selections.
    void reset() {
        selection.reset();
        if (dropped.isPresent()) {
            dropped.get().reset();
        }
    }

    /// Loads the group's queries, which start at `at`, and chooses what to read.
    void choose(float[] queries, int at) {
        for (int row = 0; row < group; row++) {
            rows.load(row, queries, at + row * cache.layout().headSize());
        }
        rows.activate(0, group);
        selection.choose(cache.tokens(), scorer);
        lists = selection.selections();
        while (spans.size() < lists) {
            spans.add(new PageSpans());
        }
        for (int list = 0; list < lists; list++) {
            spans.get(list).set(selection.tokens(list), cache.layout().pageTokens());
        }
        if (dropped.isPresent()) {
            dropped.get().advance();
        }
        int needed = partials(lists) * group * rows.partialSize();
        if (partials.length < needed) {
            partials = new float[needed + needed / 4];
        }
    }

    /// What was chosen, and what share of the attention that is estimated to miss.
    ReusedSelection selection() {
        return selection;
    }

    /// Tells `counter` how much was chosen.
    void count(StepCounter counter) {
        PageSpans pages = lists == 1 ? spans.getFirst() : together;
        if (lists > 1) {
            together.set(selection.allTokens(), cache.layout().pageTokens());
        }
        counter.add(cache.tokens(), selection.summariesScored(), pages.tokens(), pages.differentPages());
    }

    /// Units of work of this step.
    int units() {
        int units = 0;
        for (int list = 0; list < lists; list++) {
            units += units(list);
        }
        return units;
    }

    private int units(int list) {
        return Math.ceilDiv(spans.get(list).size(), UNIT_PAGES);
    }

    /// Partials of the first `lists` lists together.
    private int partials(int lists) {
        int partials = 0;
        for (int list = 0; list < lists; list++) {
            partials += Math.ceilDiv(spans.get(list).size(), partialPages);
        }
        return partials;
    }

    /// Where the partial of `row` that is the `partial`-th of the head starts.
    private int partialAt(int partial, int row) {
        return (partial * group + row) * rows.partialSize();
    }

    /// Reads the pages of one unit with the caller's scratch and keeps the partials.
    void attend(int unit, QueryRows scratch) {
        int list = 0;
        int first = 0;
        while (unit >= first + units(list)) {
            first += units(list++);
        }
        PageSpans pages = spans.get(list);
        int fromRow = lists == 1 ? 0 : list;
        int toRow = lists == 1 ? group : list + 1;
        scratch.activate(fromRow, toRow);
        int from = (unit - first) * UNIT_PAGES;
        int to = Math.min(from + UNIT_PAGES, pages.size());
        int firstPartial = partials(list);
        for (int span = from; span < to; span++) {
            int page = pages.page(span);
            scratch.expect(cache.memory(page), cache.pageAt(page), pages.fromSlot(span), pages.toSlot(span));
        }
        for (int span = from; span < to; span += partialPages) {
            load(scratch, fromRow, toRow);
            kernels.attendExpected(Math.min(partialPages, to - span), scratch);
            for (int row = fromRow; row < toRow; row++) {
                scratch.save(row, partials, partialAt(firstPartial + span / partialPages, row));
            }
        }
    }

    private void load(QueryRows scratch, int fromRow, int toRow) {
        for (int row = fromRow; row < toRow; row++) {
            scratch.load(row, rows, row);
        }
    }

    /// Tells the selection what the pages held, each having left a partial: the mass of one is exact.
    private void measure() {
        int partial = 0;
        for (int list = 0; list < lists; list++) {
            int fromRow = lists == 1 ? 0 : list;
            int toRow = lists == 1 ? group : list + 1;
            for (int span = 0; span < spans.get(list).size(); span++, partial++) {
                for (int row = fromRow; row < toRow; row++) {
                    int at = partialAt(partial, row);
                    double logMass = partials[at] + Math.log(partials[at + 1]);
                    selection.measured(row, spans.get(list).page(span), logMass);
                }
            }
        }
        selection.learn();
    }

    /// Merges the partials of all units in their order and writes the group's outputs from `at` on.
    void finish(float[] out, int at) {
        if (selection.isToBeMeasured()) {
            measure();
        }
        int partial = 0;
        for (int list = 0; list < lists; list++) {
            int fromRow = lists == 1 ? 0 : list;
            int toRow = lists == 1 ? group : list + 1;
            for (int end = partials(list + 1); partial < end; partial++) {
                for (int row = fromRow; row < toRow; row++) {
                    rows.merge(row, partials, partialAt(partial, row));
                }
            }
        }
        if (dropped.isPresent()) {
            dropped.get().addTo(rows, group);
        }
        for (int row = 0; row < group; row++) {
            rows.finish(row, out, at + row * cache.layout().headSize());
        }
    }
}

package h2eal.lab.loop;

import h2eal.attention.TokenSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// How the retrieval heads of a recorded run use their pages, forced pages included.
///
/// @param pageTokens tokens of a page
/// @param pages pages of the longest context
/// @param heads retrieval heads the means are over
/// @param reuse share of the pages read that the step before read too
/// @param readByDepth share of the pages that are read, from the first tenth of the context to the last
/// @param concentration share of all page reads that go to the most-read tenth, two tenths, ... of the pages of a head
/// @param sample the retrieval head that changes its pages most
public record PageBehaviour(
        int pageTokens,
        int pages,
        int heads,
        double reuse,
        List<Double> readByDepth,
        List<Double> concentration,
        SelectedPages sample) {

    private static final int TENTHS = 10;

    /// The pages one head read.
    ///
    /// @param steps ascending pages of every decode step
    /// @param reuse as in [PageBehaviour], of this head
    public record SelectedPages(int layer, int kvHead, List<List<Integer>> steps, double reuse) {}

    public PageBehaviour {
        readByDepth = List.copyOf(readByDepth);
        concentration = List.copyOf(concentration);
    }

    /// Measures a run.
    ///
    /// @throws IllegalArgumentException if no head of it retrieves
    public static PageBehaviour of(RecordedRun run) {
        int pageTokens = run.attention().hybrid().geometry().pageTokens();
        int pages = Math.ceilDiv(run.steps().getLast().contextTokens(), pageTokens);
        List<SelectedPages> heads = new ArrayList<>();
        for (int layer = 0; layer < run.heads().layers(); layer++) {
            for (int head = 0; head < run.heads().kvHeads(); head++) {
                if (run.heads().isRetrieval(layer, head)) {
                    heads.add(selected(run, layer, head, pageTokens));
                }
            }
        }
        if (heads.isEmpty()) {
            throw new IllegalArgumentException(
                    "no head of %s retrieves".formatted(run.model().shape().name()));
        }
        List<int[]> reads =
                heads.stream().map(head -> readsPerPage(head, pages)).toList();
        return new PageBehaviour(
                pageTokens,
                pages,
                heads.size(),
                heads.stream().mapToDouble(SelectedPages::reuse).average().orElseThrow(),
                IntStream.range(0, TENTHS)
                        .mapToObj(tenth -> readShare(reads, tenth, run.steps().size()))
                        .toList(),
                IntStream.rangeClosed(1, TENTHS)
                        .mapToObj(tenths -> concentration(reads, tenths))
                        .toList(),
                heads.stream()
                        .min(Comparator.comparingDouble(SelectedPages::reuse))
                        .orElseThrow());
    }

    private static SelectedPages selected(RecordedRun run, int layer, int head, int pageTokens) {
        List<BitSet> steps = run.steps().stream()
                .map(step -> pages(step.read(layer, head).tokens(), pageTokens))
                .toList();
        double reuse = IntStream.range(1, steps.size())
                .mapToDouble(step -> overlap(steps.get(step), steps.get(step - 1)))
                .average()
                .orElse(1);
        return new SelectedPages(
                layer,
                head,
                steps.stream().map(step -> step.stream().boxed().toList()).toList(),
                reuse);
    }

    private static BitSet pages(TokenSet tokens, int pageTokens) {
        BitSet pages = new BitSet();
        for (int range = 0; range < tokens.ranges(); range++) {
            pages.set(tokens.from(range) / pageTokens, (tokens.to(range) - 1) / pageTokens + 1);
        }
        return pages;
    }

    private static double overlap(BitSet now, BitSet before) {
        BitSet both = (BitSet) now.clone();
        both.and(before);
        return (double) both.cardinality() / now.cardinality();
    }

    private static int[] readsPerPage(SelectedPages head, int pages) {
        int[] reads = new int[pages];
        head.steps().forEach(step -> step.forEach(page -> reads[page]++));
        return reads;
    }

    /// Reads of the pages in a tenth of the context, of the reads there could be.
    private static double readShare(List<int[]> heads, int tenth, int steps) {
        int pages = heads.getFirst().length;
        int from = tenth * pages / TENTHS;
        int to = Math.max(from + 1, (tenth + 1) * pages / TENTHS);
        long reads = heads.stream()
                .mapToLong(head -> Arrays.stream(head, from, to).sum())
                .sum();
        return (double) reads / ((long) (to - from) * steps * heads.size());
    }

    private static double concentration(List<int[]> heads, int tenths) {
        return heads.stream()
                .mapToDouble(head -> {
                    int[] sorted = Arrays.stream(head).sorted().toArray();
                    int least = sorted.length - Math.ceilDiv(sorted.length * tenths, TENTHS);
                    return (double) Arrays.stream(sorted, least, sorted.length).sum()
                            / Arrays.stream(sorted).sum();
                })
                .average()
                .orElseThrow();
    }
}

package h2eal.lab.fit;

import h2eal.attention.HeadPattern;
import h2eal.attention.TokenSet;
import h2eal.lab.loop.RecordedRun;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// How the retrieval heads of a run use the pages they are free to choose: all but those of the sink and the newest.
/// Means over heads and selections; a step that only repeats a selection does not count.
///
/// @param concentration share of the reads that go to the tenth of the pages a head reads most
/// @param reuse share of the pages that the selection before read too
/// @param laterReuse share that the selection [#LATER] rounds before read too: low if reads drift away
/// @param neighbours share of the pages whose next page is read too
/// @param agreement share of the pages that another head of the layer reads too, mean over pairs of heads; 0 if no
///     layer has two
/// @param byDepth share of the pages that are read, in each tenth of the context, the oldest first
/// @param recent the same of the [#RECENT] pages before the newest, the youngest first; not in `byDepth`
public record PageUse(
        double concentration,
        double reuse,
        double laterReuse,
        double neighbours,
        double agreement,
        List<Double> byDepth,
        List<Double> recent) {

    /// Pages before the newest that are looked at one by one.
    public static final int RECENT = 4;

    /// Selections between two that are compared for drift.
    public static final int LATER = 4;

    private static final int TENTHS = 10;

    public PageUse {
        byDepth = List.copyOf(byDepth);
        recent = List.copyOf(recent);
    }

    /// Measures a run.
    ///
    /// @throws IllegalArgumentException if no head selected pages twice
    public static PageUse of(RecordedRun run) {
        List<List<Head>> layers = IntStream.range(0, run.heads().layers())
                .mapToObj(layer -> IntStream.range(0, run.heads().kvHeads())
                        .mapToObj(head -> Head.of(run, layer, head))
                        .filter(head -> head.rounds().size() > 1)
                        .toList())
                .toList();
        List<Head> heads = layers.stream().flatMap(List::stream).toList();
        if (heads.isEmpty()) {
            throw new IllegalArgumentException(
                    "no head of %s selected pages twice; a fit needs longer contexts, more steps"
                                    .formatted(run.model().shape().name())
                            + " or a smaller budget");
        }
        PlaceCounts places = new PlaceCounts();
        heads.forEach(places::add);
        return new PageUse(
                mean(heads.stream().mapToDouble(Head::concentration).toArray()),
                mean(heads.stream().mapToDouble(head -> head.reuse(1)).toArray()),
                mean(heads.stream().mapToDouble(head -> head.reuse(LATER)).toArray()),
                mean(heads.stream().mapToDouble(Head::neighbours).toArray()),
                mean(layers.stream()
                        .filter(layer -> layer.size() > 1)
                        .mapToDouble(PageUse::agreement)
                        .toArray()),
                places.shares(0, TENTHS),
                places.shares(TENTHS, TENTHS + RECENT));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }

    private static double agreement(List<Head> layer) {
        List<Double> pairs = new ArrayList<>();
        for (Head one : layer) {
            for (Head other : layer) {
                if (one != other) {
                    pairs.add(one.agreement(other));
                }
            }
        }
        return pairs.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /// One selection: free pages are those from `from` to before `newest`.
    private record Round(BitSet read, int from, int newest) {

        double overlap(Round other) {
            BitSet both = (BitSet) read.clone();
            both.and(other.read);
            return read.isEmpty() ? 0 : (double) both.cardinality() / read.cardinality();
        }

        double neighbours() {
            BitSet next = read.get(1, newest);
            next.and(read);
            return read.isEmpty() ? 0 : (double) next.cardinality() / read.cardinality();
        }
    }

    /// The selections of one head.
    private record Head(List<Round> rounds) {

        static Head of(RecordedRun run, int layer, int head) {
            HeadPattern pattern = run.attention().hybrid().pattern(run.heads(), layer, head);
            return switch (pattern) {
                case HeadPattern.Dense dense -> new Head(List.of());
                case HeadPattern.Streaming streaming -> new Head(List.of());
                case HeadPattern.Retrieval retrieval ->
                    new Head(run.steps().stream()
                            .filter(step -> step.read(layer, head).summariesScored() > 0)
                            .map(step -> round(run, retrieval, step, layer, head))
                            .toList());
            };
        }

        private static Round round(
                RecordedRun run, HeadPattern.Retrieval retrieval, StepReads step, int layer, int head) {
            int pageTokens = run.attention().hybrid().geometry().pageTokens();
            int sinkPages = Math.ceilDiv(retrieval.sinkTokens(), pageTokens);
            int newest = (step.contextTokens() - 1) / pageTokens;
            TokenSet tokens = step.read(layer, head).tokens();
            BitSet pages = new BitSet();
            for (int range = 0; range < tokens.ranges(); range++) {
                pages.set(tokens.from(range) / pageTokens, (tokens.to(range) - 1) / pageTokens + 1);
            }
            pages.clear(0, Math.min(sinkPages, newest));
            pages.clear(newest);
            return new Round(pages, sinkPages, newest);
        }

        double reuse(int lag) {
            int apart = Math.min(lag, rounds.size() - 1);
            return IntStream.range(apart, rounds.size())
                    .mapToDouble(round -> rounds.get(round).overlap(rounds.get(round - apart)))
                    .average()
                    .orElseThrow();
        }

        double neighbours() {
            return rounds.stream().mapToDouble(Round::neighbours).average().orElseThrow();
        }

        double agreement(Head other) {
            return IntStream.range(0, Math.min(rounds.size(), other.rounds.size()))
                    .mapToDouble(round -> rounds.get(round).overlap(other.rounds.get(round)))
                    .average()
                    .orElseThrow();
        }

        double concentration() {
            int[] reads = new int[rounds.getLast().newest];
            rounds.forEach(round -> round.read.stream().forEach(page -> reads[page]++));
            int free = reads.length - rounds.getFirst().from;
            Arrays.sort(reads);
            long top = Arrays.stream(reads, reads.length - Math.ceilDiv(free, TENTHS), reads.length)
                    .sum();
            return (double) top / Math.max(1, Arrays.stream(reads).sum());
        }
    }

    /// How often the pages of each place could be read, and were: tenths of the context, then recent pages.
    private static final class PlaceCounts {
        private final long[] could = new long[TENTHS + RECENT];
        private final long[] were = new long[TENTHS + RECENT];

        void add(Head head) {
            for (Round round : head.rounds) {
                for (int page = round.from; page < round.newest; page++) {
                    int age = round.newest - page;
                    int place = age <= RECENT ? TENTHS + age - 1 : (int) ((long) page * TENTHS / (round.newest + 1));
                    could[place]++;
                    were[place] += round.read.get(page) ? 1 : 0;
                }
            }
        }

        /// Where no page lies at a place it counts as never read.
        List<Double> shares(int from, int to) {
            return IntStream.range(from, to)
                    .mapToObj(place -> (double) were[place] / Math.max(1, could[place]))
                    .toList();
        }
    }
}

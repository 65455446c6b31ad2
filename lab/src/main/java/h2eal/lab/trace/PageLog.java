package h2eal.lab.trace;

import h2eal.attention.HeadRead;
import h2eal.attention.HybridAttention;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.lab.result.CsvTable;
import h2eal.lab.yaml.Place;
import h2eal.lab.yaml.SpecException;
import h2eal.model.ModelShape;
import h2eal.workload.ReadSource;
import h2eal.workload.StepReads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A log of the pages that LServe selected: comma-separated lines without header, one per layer, the layers of a decode
/// step one after the other, and in each line one list of page numbers per KV head, such as `"[0, 3, 17]"`. With a list
/// per query head, a KV head reads the union of its group's.
///
/// The log knows neither the context nor the streaming heads: the first step has the context it is given, each later
/// one a token more; an empty cell or list is a streaming head of the attention block. The newest page is always read.
///
/// @param reads all steps
public record PageLog(List<StepReads> reads) implements ReadSource {

    private static final Pattern PAGES = Pattern.compile("\\[\\s*(?:[0-9]+(?:\\s*,\\s*[0-9]+)*)?\\s*\\]");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    public PageLog {
        reads = List.copyOf(reads);
    }

    @Override
    public Iterator<StepReads> steps() {
        return reads.iterator();
    }

    /// Reads a log.
    ///
    /// @param attention pages, streaming heads, and how often summaries are scored
    /// @param contextTokens tokens in the cache in the first step, the current one included
    /// @throws SpecException naming file and line of what does not fit the model or the context
    public static PageLog read(Path file, ModelShape model, HybridAttention attention, int contextTokens) {
        Lines lines = new Lines(file, model, attention);
        List<StepReads> steps = new ArrayList<>();
        List<List<HeadRead>> layers = new ArrayList<>();
        List<String> text = TraceInput.lines(file);
        for (int i = 0; i < text.size(); i++) {
            if (text.get(i).isBlank()) {
                continue;
            }
            int context = contextTokens + steps.size();
            boolean scored = steps.size() % attention.refreshInterval() == 0;
            layers.add(lines.layer(i + 1, text.get(i), context, scored));
            if (layers.size() == model.layers()) {
                steps.add(new StepReads(context, layers));
                layers.clear();
            }
        }
        if (steps.isEmpty() || !layers.isEmpty()) {
            throw new SpecException(
                    new Place(file.toString(), Math.max(1, text.size())),
                    "ends after %d of the %d layers of step %d; %s has %d layers, one line each"
                            .formatted(layers.size(), model.layers(), steps.size(), model.name(), model.layers()));
        }
        return new PageLog(steps);
    }

    /// Lines of a log: layers times steps.
    public static int lines(Path file) {
        return Math.toIntExact(
                TraceInput.lines(file).stream().filter(line -> !line.isBlank()).count());
    }

    /// Turns lines into what the heads of a layer read.
    private record Lines(Path file, ModelShape model, HybridAttention attention) {

        List<HeadRead> layer(int number, String line, int contextTokens, boolean scored) {
            Place place = new Place(file.toString(), number);
            List<String> cells = CsvTable.cells(line);
            if (cells.size() != model.kvHeads() && cells.size() != model.queryHeads()) {
                throw new SpecException(
                        place,
                        "%d lists of pages; %s has %d KV heads and %d query heads"
                                .formatted(cells.size(), model.name(), model.kvHeads(), model.queryHeads()));
            }
            int perHead = cells.size() / model.kvHeads();
            List<HeadRead> reads = new ArrayList<>();
            for (int head = 0; head < model.kvHeads(); head++) {
                TreeSet<Integer> pages = new TreeSet<>();
                for (String cell : cells.subList(head * perHead, (head + 1) * perHead)) {
                    pages.addAll(pages(place, cell, contextTokens));
                }
                reads.add(
                        pages.isEmpty()
                                ? new HeadRead(0, attention.streaming().tokens(contextTokens))
                                : selected(pages, contextTokens, scored));
            }
            return reads;
        }

        private List<Integer> pages(Place place, String cell, int contextTokens) {
            String text = cell.strip();
            if (text.isEmpty()) {
                return List.of();
            }
            if (!PAGES.matcher(text).matches()) {
                throw new SpecException(place, "\"%s\": expected a list of pages such as [0, 3, 17]".formatted(text));
            }
            PageGeometry geometry = attention.geometry();
            List<Integer> pages = new ArrayList<>();
            for (Matcher number = NUMBER.matcher(text); number.find(); ) {
                long page = number.group().length() > 9 ? Integer.MAX_VALUE : Long.parseLong(number.group());
                if (page >= geometry.pages(contextTokens)) {
                    throw new SpecException(
                            place,
                            "page %s: a context of %d tokens has pages 0 to %d of %d tokens"
                                    .formatted(
                                            number.group(),
                                            contextTokens,
                                            geometry.pages(contextTokens) - 1,
                                            geometry.pageTokens()));
                }
                pages.add((int) page);
            }
            return pages;
        }

        private HeadRead selected(TreeSet<Integer> pages, int contextTokens, boolean scored) {
            PageGeometry geometry = attention.geometry();
            pages.add(geometry.pages(contextTokens) - 1);
            int[] ascending = pages.stream().mapToInt(Integer::intValue).toArray();
            return new HeadRead(
                    scored ? geometry.summaries(contextTokens) : 0,
                    TokenSet.ofPages(ascending, geometry.pageTokens(), contextTokens));
        }
    }
}

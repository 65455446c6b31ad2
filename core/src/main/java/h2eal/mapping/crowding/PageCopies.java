package h2eal.mapping.crowding;

import h2eal.attention.HeadPattern;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.mapping.CacheEntry;
import h2eal.mapping.CachePlan;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvLayout;
import h2eal.mapping.Placement;
import h2eal.mapping.RowVisitor;
import h2eal.mapping.StoredHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// A layout in which hot pages have a second copy in other banks of their group, and every read of such a page takes
/// the copy whose banks have less to do. Copies are of complete pages, so that appending writes none.
public final class PageCopies implements KvLayout {

    private final KvLayout first;
    private final KvLayout second;
    private final PageGeometry geometry;
    private final Accelerator accelerator;
    private final Map<Owner, List<Integer>> pages;

    private record Owner(int layer, HeadId head) {}

    private PageCopies(
            KvLayout first,
            KvLayout second,
            PageGeometry geometry,
            Accelerator accelerator,
            Map<Owner, List<Integer>> pages) {
        this.first = first;
        this.second = second;
        this.geometry = geometry;
        this.accelerator = accelerator;
        this.pages = pages;
    }

    /// Adds second copies of `hot` pages to what `placement` made of `plan`.
    public static KvLayout of(
            KvLayout first, CachePlan plan, List<HotPages> hot, Placement placement, Accelerator accelerator) {
        Map<Owner, List<Integer>> pages = new HashMap<>();
        hot.stream()
                .filter(each -> !each.pages().isEmpty())
                .forEach(each -> pages.put(new Owner(each.layer(), each.head()), each.pages()));
        if (pages.isEmpty()) {
            return first;
        }
        int most = pages.values().stream().mapToInt(List::size).max().orElseThrow();
        int pageTokens = plan.format().geometry().pageTokens();
        CachePlan copies = new CachePlan(
                plan.format(),
                plan.capacityTokens().stream().map(tokens -> most * pageTokens).toList(),
                IntStream.range(0, plan.layers().size())
                        .mapToObj(layer -> plan.layers().get(layer).stream()
                                .filter(stored -> pages.containsKey(new Owner(layer, stored.head())))
                                .map(PageCopies::elsewhere)
                                .toList())
                        .toList(),
                plan.firstRow() + mostRows(first, accelerator));
        return new PageCopies(
                first, placement.place(copies, accelerator), plan.format().geometry(), accelerator, pages);
    }

    /// The same tiles with the same shares, dealt to in another order.
    private static StoredHead elsewhere(StoredHead stored) {
        HeadGroup group = stored.tokens();
        HeadGroup turned = new HeadGroup(group.head(), turned(group.tiles()), turned(group.shares()));
        return new StoredHead(turned, turned, new HeadPattern.Dense());
    }

    private static <T> List<T> turned(List<T> list) {
        List<T> turned = new ArrayList<>(list.subList(list.size() / 2, list.size()));
        turned.addAll(list.subList(0, list.size() / 2));
        return turned;
    }

    private static int mostRows(KvLayout layout, Accelerator accelerator) {
        long most = 0;
        for (int bank = 0; bank < accelerator.banks(); bank++) {
            int banks = accelerator.tile().banks();
            most = Math.max(most, layout.bytesUsed(bank / banks, bank % banks));
        }
        return Math.toIntExact(most / accelerator.bank().rowBytes());
    }

    @Override
    public void readTokens(int layer, HeadId head, TokenSet tokens, RowVisitor visitor) {
        List<Integer> copied = pages.getOrDefault(new Owner(layer, head), List.of());
        List<Integer> read =
                copied.stream().filter(page -> readsWhole(tokens, page)).toList();
        if (read.isEmpty()) {
            first.readTokens(layer, head, tokens, visitor);
            return;
        }
        long[] loads = new long[accelerator.banks()];
        TokenSet mine = without(tokens, read);
        first.readTokens(layer, head, mine, (tile, bank, row, column, bytes) -> loads[index(tile, bank)] += bytes);
        List<Integer> copies = new ArrayList<>();
        for (int page : read) {
            TokenSet original = page(page);
            TokenSet copy = page(copied.indexOf(page));
            long[] withOriginal = loads.clone();
            long[] withCopy = loads.clone();
            long peak = peak(first, layer, head, original, withOriginal);
            boolean takesCopy = peak(second, layer, head, copy, withCopy) < peak;
            System.arraycopy(takesCopy ? withCopy : withOriginal, 0, loads, 0, loads.length);
            if (takesCopy) {
                copies.add(copied.indexOf(page));
            } else {
                mine = mine.union(original);
            }
        }
        first.readTokens(layer, head, mine, visitor);
        second.readTokens(layer, head, pages(copies), visitor);
    }

    /// Adds a read to the loads of the banks; the load of the fullest bank it touches.
    private long peak(KvLayout layout, int layer, HeadId head, TokenSet tokens, long[] loads) {
        long[] peak = {0};
        layout.readTokens(layer, head, tokens, (tile, bank, row, column, bytes) -> {
            loads[index(tile, bank)] += bytes;
            peak[0] = Math.max(peak[0], loads[index(tile, bank)]);
        });
        return peak[0];
    }

    private int index(int tile, int bank) {
        return tile * accelerator.tile().banks() + bank;
    }

    private boolean readsWhole(TokenSet tokens, int page) {
        int from = page * geometry.pageTokens();
        return IntStream.range(from, from + geometry.pageTokens()).allMatch(tokens::contains);
    }

    private TokenSet page(int page) {
        return TokenSet.range(page * geometry.pageTokens(), (page + 1) * geometry.pageTokens());
    }

    private TokenSet pages(List<Integer> list) {
        return list.stream().map(this::page).reduce(TokenSet.empty(), TokenSet::union);
    }

    private TokenSet without(TokenSet tokens, List<Integer> read) {
        TokenSet rest = TokenSet.empty();
        for (int range = 0; range < tokens.ranges(); range++) {
            int from = tokens.from(range);
            for (int page : read) {
                int start = page * geometry.pageTokens();
                if (start >= from && start < tokens.to(range)) {
                    rest = rest.union(TokenSet.range(from, start));
                    from = start + geometry.pageTokens();
                }
            }
            rest = rest.union(TokenSet.range(from, tokens.to(range)));
        }
        return rest;
    }

    @Override
    public void readSummaries(int layer, HeadId head, int summaries, RowVisitor visitor) {
        first.readSummaries(layer, head, summaries, visitor);
    }

    @Override
    public void append(int layer, HeadId head, int token, RowVisitor visitor) {
        first.append(layer, head, token, visitor);
    }

    @Override
    public Optional<CacheEntry> at(int tile, int bank, int row, int column, int contextTokens) {
        return first.at(tile, bank, row, column, contextTokens)
                .or(() -> second.at(tile, bank, row, column, Integer.MAX_VALUE / 2)
                        .flatMap(this::original));
    }

    private Optional<CacheEntry> original(CacheEntry copy) {
        List<Integer> copied = pages.get(new Owner(copy.layer(), copy.head()));
        int slot = copy.index() / geometry.pageTokens();
        return slot < copied.size()
                ? Optional.of(new CacheEntry(
                        copy.layer(),
                        copy.head(),
                        copy.kind(),
                        copied.get(slot) * geometry.pageTokens() + copy.index() % geometry.pageTokens()))
                : Optional.empty();
    }

    @Override
    public long bytesUsed(int tile, int bank) {
        return first.bytesUsed(tile, bank) + second.bytesUsed(tile, bank);
    }
}

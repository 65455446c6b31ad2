package h2eal.sim;

import h2eal.attention.HeadPattern;
import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.attention.TokenSet;
import h2eal.hardware.Accelerator;
import h2eal.mapping.CachePlan;
import h2eal.mapping.HeadGroup;
import h2eal.mapping.HeadId;
import h2eal.mapping.KvFormat;
import h2eal.mapping.StoredHead;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.placement.Placements;
import h2eal.model.ModelShape;
import h2eal.model.Precision;
import h2eal.sim.deployment.Deployment;
import h2eal.sim.deployment.WeightShards;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Small deployments and reads: one streaming and one retrieval head.
final class Steps {

    static final ModelShape MODEL = new ModelShape("small", 2, 512, 8, 2, 64, 1024, 2000, 1, 1, false, 65536);
    static final PageGeometry PAGES = new PageGeometry(64, 16);
    static final HeadPattern.Streaming STREAMING = new HeadPattern.Streaming(64, 128);

    private Steps() {}

    /// Every head spread over all tiles, its root the tile of its number.
    static Function<HeadId, HeadGroup> everywhere(Accelerator accelerator) {
        int tiles = accelerator.mesh().tiles();
        return head -> HeadGroup.everywhere(head, head.kvHead() % tiles, tiles);
    }

    /// Every head on the tile of its number.
    static Function<HeadId, HeadGroup> whole(Accelerator accelerator) {
        int tiles = accelerator.mesh().tiles();
        return head -> HeadGroup.single(head, (head.kvHead() + 2 * head.sequence()) % tiles);
    }

    static Deployment deployment(
            Accelerator accelerator, String placement, Function<HeadId, HeadGroup> groups, int batch, int tokens) {
        KvFormat format = new KvFormat(MODEL.headSize(), MODEL.groupSize(), Precision.F16, PAGES);
        List<HeadGroup> layer = new ArrayList<>();
        for (int sequence = 0; sequence < batch; sequence++) {
            for (int head = 0; head < MODEL.kvHeads(); head++) {
                layer.add(groups.apply(new HeadId(sequence, head)));
            }
        }
        List<StoredHead> stored = layer.stream()
                .map(group -> new StoredHead(group, group, pattern(group.head().kvHead())))
                .toList();
        int firstRow = WeightShards.of(MODEL, Precision.F16, accelerator)
                .rowsPerBank(accelerator.bank().rowBytes());
        CachePlan plan = new CachePlan(
                format, Collections.nCopies(batch, tokens), Collections.nCopies(MODEL.layers(), stored), firstRow);
        TileSchedule schedule = new TileSchedule(layer, layer, 1, 1, 1, 0);
        return new Deployment(
                accelerator,
                MODEL,
                Precision.F16,
                format,
                Collections.nCopies(MODEL.layers(), schedule),
                Placements.named(placement).place(plan, accelerator));
    }

    private static HeadPattern pattern(int kvHead) {
        return kvHead == 0 ? STREAMING : new HeadPattern.Retrieval(1024);
    }

    /// Head 0 streams; head 1 reads every `stride`-th page and the newest one, after scoring if `selects`.
    static StepReads reads(int tokens, int stride, boolean selects) {
        TokenSet streaming =
                TokenSet.range(0, Math.min(64, tokens)).union(TokenSet.range(Math.max(0, tokens - 128), tokens));
        int pages = PAGES.pages(tokens);
        int[] chosen = IntStream.range(0, pages)
                .filter(page -> page % stride == 0 || page == pages - 1)
                .toArray();
        int summaries = selects ? PAGES.summaries(tokens) : 0;
        List<HeadRead> layer =
                List.of(new HeadRead(0, streaming), new HeadRead(summaries, TokenSet.ofPages(chosen, 64, tokens)));
        return new StepReads(tokens, Collections.nCopies(MODEL.layers(), layer));
    }
}

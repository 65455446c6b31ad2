package h2eal.lab.simulate;

import h2eal.attention.HeadPattern;
import h2eal.attention.HeadRead;
import h2eal.attention.PageGeometry;
import h2eal.lab.design.DesignPoint;
import h2eal.mapping.HeadId;
import h2eal.mapping.HeadWork;
import h2eal.mapping.KvFormat;
import h2eal.mapping.TileSchedule;
import h2eal.mapping.balance.LayerTurn;
import h2eal.workload.StepReads;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Which tiles work for which head, layer by layer.
public final class Schedules {

    private Schedules() {}

    /// The schedules of all layers.
    ///
    /// @param first what every sequence reads in the first step
    public static List<TileSchedule> of(DesignPoint point, List<StepReads> first) {
        List<List<HeadWork>> works = works(point, first);
        List<TileSchedule> schedules = point.mapping().balancer().assignLayers(works, point.hardware());
        return IntStream.range(0, schedules.size())
                .mapToObj(layer ->
                        LayerTurn.turned(schedules.get(layer), point.hardware().mesh(), layer))
                .toList();
    }

    /// What the balancer is told of each head, layer by layer.
    static List<List<HeadWork>> works(DesignPoint point, List<StepReads> first) {
        return IntStream.range(0, point.model().shape().layers())
                .mapToObj(layer -> works(point, first, layer))
                .toList();
    }

    private static List<HeadWork> works(DesignPoint point, List<StepReads> first, int layer) {
        KvFormat format = format(point);
        List<HeadWork> works = new ArrayList<>();
        for (int sequence = 0; sequence < first.size(); sequence++) {
            StepReads step = first.get(sequence);
            for (int head = 0; head < point.model().shape().kvHeads(); head++) {
                HeadRead read = step.read(layer, head);
                works.add(new HeadWork(
                        new HeadId(sequence, head),
                        read.tokens().size(),
                        summaries(point, layer, head, step.contextTokens()),
                        point.attention().hybrid().refreshInterval(),
                        format));
            }
        }
        return works;
    }

    /// Key summaries that a step which selects anew scores.
    private static int summaries(DesignPoint point, int layer, int head, int contextTokens) {
        PageGeometry geometry = point.attention().hybrid().geometry();
        return switch (pattern(point, layer, head)) {
            case HeadPattern.Dense dense -> 0;
            case HeadPattern.Streaming streaming -> 0;
            case HeadPattern.Retrieval retrieval ->
                retrieval.fits(contextTokens) ? 0 : geometry.summaries(contextTokens);
        };
    }

    /// How the cache of the design point is stored.
    static KvFormat format(DesignPoint point) {
        return KvFormat.of(
                point.model().shape(), point.model().kv(), point.attention().hybrid());
    }

    /// How a head of the design point reads.
    static HeadPattern pattern(DesignPoint point, int layer, int head) {
        return point.attention().hybrid().pattern(point.heads(), layer, head);
    }
}

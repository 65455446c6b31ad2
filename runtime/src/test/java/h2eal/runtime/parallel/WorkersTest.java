package h2eal.runtime.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void everyShareRunsOncePerJob(int count) {
        AtomicIntegerArray runs = new AtomicIntegerArray(count);
        try (Workers workers = new Workers(count)) {
            Workers.Job job = (worker, all) -> {
                assertThat(all).isEqualTo(count);
                runs.incrementAndGet(worker);
            };
            for (int i = 0; i < 500; i++) {
                workers.run(job);
            }
        }
        for (int worker = 0; worker < count; worker++) {
            assertThat(runs.get(worker)).isEqualTo(500);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 100, 1000})
    void sharesCoverEveryItemOnceInWholeGranules(int items) {
        for (int workers = 1; workers <= 7; workers++) {
            int[] covered = new int[items];
            for (int worker = 0; worker < workers; worker++) {
                int from = Workers.shareStart(items, 16, worker, workers);
                int to = Workers.shareStart(items, 16, worker + 1, workers);
                assertThat(from % 16 == 0 || from == items).isTrue();
                for (int i = from; i < to; i++) {
                    covered[i]++;
                }
            }
            assertThat(Arrays.stream(covered)).allMatch(times -> times == 1);
        }
    }

    @Test
    void aFailureOnAnotherThreadReachesTheCaller() {
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.run((worker, all) -> {
                        if (worker == 1) {
                            throw new IllegalArgumentException("share 1");
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("share 1");
            workers.run((worker, all) -> {});
        }
    }
}

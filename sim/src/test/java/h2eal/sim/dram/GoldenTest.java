package h2eal.sim.dram;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.hardware.BankSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Does one bank give the cycles that Ramulator 2.1 and DRAMsim3 gave for it?
class GoldenTest {

    @ParameterizedTest
    @CsvFileSource(
            resources = {"/dram-golden.csv", "/dram-golden-more.csv"},
            numLinesToSkip = 1)
    void finishesWithBothPublicSimulators(
            String timing, int refresh, String name, int requests, long ramulator, long dramsim) {
        BankSpec bank = bank(timing, refresh == 1);
        DramReplay.Result command = Traces.replay(name, bank, EngineKind.COMMAND);
        DramReplay.Result burst = Traces.replay(name, bank, EngineKind.BURST);

        assertThat(command.requests()).isEqualTo(requests);
        // Their driver sends the first request one cycle later than ours.
        assertThat(command.finishCycle()).isEqualTo(ramulator - 1);
        boolean agree = Math.abs(ramulator - dramsim) < 0.001 * dramsim;
        assertThat(command.finishCycle()).isCloseTo(dramsim, Percentage.withPercentage(agree ? 0.1 : 1));
        assertThat(burst).isEqualTo(command);
    }

    @ParameterizedTest
    @EnumSource(EngineKind.class)
    void isolatedReadsTakeWhatRamulatorSays(EngineKind kind) throws IOException {
        List<String[]> rows = isolated();
        long[] finish = new long[rows.size()];
        DramReplay replay = new DramReplay(Banks.EDGE, kind, (number, cycle) -> finish[(int) number] = cycle);
        rows.forEach(row -> replay.send(Long.parseLong(row[0], 16), Access.READ, Long.parseLong(row[1])));
        replay.finish();

        assertThat(finish)
                .containsExactly(
                        rows.stream().mapToLong(row -> Long.parseLong(row[2])).toArray());
    }

    private static BankSpec bank(String timing, boolean refresh) {
        BankSpec bank = switch (timing) {
            case "edge" -> Banks.EDGE;
            case "silicon" -> Banks.SILICON;
            case "fast" -> Banks.FAST;
            default -> throw new IllegalArgumentException(timing);
        };
        return refresh ? bank : Banks.withoutRefresh(bank);
    }

    private static List<String[]> isolated() throws IOException {
        try (var in = GoldenTest.class.getResourceAsStream("/dram-isolated.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> line.split(","))
                    .toList();
        }
    }
}

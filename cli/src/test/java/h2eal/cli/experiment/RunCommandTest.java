package h2eal.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.cli.decode.CommandRun;
import org.junit.jupiter.api.Test;

class RunCommandTest {

    @Test
    void experimentThatIsNotThereIsNamedAsGivenBesideThoseThatAre() {
        CommandRun run = CommandRun.of(new RunCommand(), "experiments/nothing");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines())
                .singleElement()
                .asString()
                .contains("experiments/nothing: no such experiment", "allowed: ", "headline", "workload")
                .doesNotContain("experiments/experiments");
    }

    @Test
    void nearestExperimentIsOfferedFirst() {
        assertThat(CommandRun.of(new RunCommand(), "experiments/placment/").err())
                .contains("did you mean placement? allowed: ");
    }
}

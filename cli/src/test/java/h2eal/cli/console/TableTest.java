package h2eal.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void namesStandLeftAndNumbersRight() {
        Table table = new Table(
                List.of("", "dense", "hybrid"), List.of(List.of("answer", "1234", "1234"), List.of("MB", "7", "1.25")));

        assertThat(table.text().lines())
                .containsExactly(
                        "        dense  hybrid",
                        "------  -----  ------",
                        "answer   1234    1234",
                        "MB          7    1.25");
    }

    @Test
    void rowWithAMissingCellIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Table(List.of("a", "b"), List.of(List.of("1"))))
                .withMessage("1 cells under 2 columns: [1]");
    }
}

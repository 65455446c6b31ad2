package h2eal.lab.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class CsvTableTest {

    @Property(tries = 200, seed = "20")
    void everyCellIsReadAsWritten(
            @ForAll @NotEmpty List<@CharRange(from = 'a', to = 'c') @Chars({',', '"', ' ', '#'}) String> cells) {
        CsvTable table = new CsvTable(cells, List.of(cells, cells));
        // A single empty cell is an empty line, which is passed over.
        if (!String.join("", cells).isBlank()) {
            assertThat(CsvTable.parse(table.text().lines().toList())).isEqualTo(table);
        }
    }

    @Test
    void notesAndEmptyLinesArePassedOver() {
        assertThat(CsvTable.parse(List.of("# a note", "a,b", "", "1,2")))
                .isEqualTo(new CsvTable(List.of("a", "b"), List.of(List.of("1", "2"))));
    }

    @Test
    void rowThatDoesNotFitTheHeaderIsNamed() {
        assertThatThrownBy(() -> CsvTable.parse(List.of("a,b", "1,2,3")))
                .hasMessage("line 2: 3 cells, the header has 2");
    }
}

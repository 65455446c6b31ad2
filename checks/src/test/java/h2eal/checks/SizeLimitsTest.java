package h2eal.checks;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.checks.Sources.Method;
import h2eal.checks.Sources.SourceFile;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Small files and short methods: the limits of CONTRIBUTING.md.
class SizeLimitsTest {

    private static final int MAX_FILE_LINES = 500;
    private static final int MAX_METHOD_LINES = 60;
    private static final int MAX_PARAMETERS = 6;

    /// Inner loops stay whole: splitting them hides what the compiler sees.
    private static final Set<String> KERNELS =
            Set.of("h2eal.runtime.kernel", "h2eal.runtime.page", "h2eal.runtime.interleaved");

    private final Sources production = Sources.of(Repository.SHIPPED, "main");
    private final Sources tests = Sources.of(Repository.TESTED, "test");

    @Test
    void noFileIsLongerThan500Lines() {
        assertThat(allFiles())
                .filteredOn(file -> file.lines() > MAX_FILE_LINES)
                .extracting(file -> file.path() + " has " + file.lines() + " lines")
                .isEmpty();
    }

    @Test
    void filesAreShortInGeneral() {
        List<Integer> lines =
                production.files().stream().map(SourceFile::lines).sorted().toList();

        assertThat(percentile(lines, 50)).as("median lines of a file").isLessThanOrEqualTo(100);
        assertThat(percentile(lines, 95))
                .as("95th percentile of lines of a file")
                .isLessThanOrEqualTo(300);
    }

    @Test
    void noMethodIsLongerThan60Lines() {
        assertThat(offenders(method -> method.bodyLines() > MAX_METHOD_LINES)).isEmpty();
    }

    @Test
    void methodsAreShortInGeneral() {
        List<Integer> lines = production.files().stream()
                .filter(SizeLimitsTest::limitsMethods)
                .flatMap(file -> file.methods().stream())
                .map(Method::bodyLines)
                .filter(bodyLines -> bodyLines > 0)
                .sorted()
                .toList();

        assertThat(percentile(lines, 95))
                .as("95th percentile of lines of a method")
                .isLessThanOrEqualTo(25);
    }

    /// Tests may: a parameterised test takes one parameter per column of its table.
    @Test
    void noMethodTakesMoreThanSixParameters() {
        assertThat(production.files().stream()
                        .flatMap(file -> file.methods().stream()
                                .filter(method -> method.parameters() > MAX_PARAMETERS)
                                .map(method -> describe(file, method) + " takes " + method.parameters())))
                .isEmpty();
    }

    private List<String> offenders(Predicate<Method> tooLong) {
        return allFiles()
                .filter(SizeLimitsTest::limitsMethods)
                .flatMap(file -> file.methods().stream()
                        .filter(tooLong)
                        .map(method -> describe(file, method) + " has " + method.bodyLines() + " lines"))
                .toList();
    }

    private Stream<SourceFile> allFiles() {
        return Stream.concat(production.files().stream(), tests.files().stream());
    }

    private static boolean limitsMethods(SourceFile file) {
        return !KERNELS.contains(file.packageName());
    }

    private static String describe(SourceFile file, Method method) {
        return file.path() + ":" + method.line() + " " + method.name();
    }

    /// The smallest value that at least `percent` of the sorted values do not exceed.
    private static int percentile(List<Integer> sorted, int percent) {
        return sorted.get(Math.max(0, Math.ceilDiv(sorted.size() * percent, 100) - 1));
    }
}

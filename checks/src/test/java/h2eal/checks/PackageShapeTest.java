package h2eal.checks;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.checks.Sources.SourceFile;
import h2eal.checks.Sources.Type;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Packages are named after what is in them, hold a handful of types, and say what each public type is.
class PackageShapeTest {

    private static final Set<String> NAMES_THAT_SAY_NOTHING =
            Set.of("util", "utils", "common", "manager", "managers", "helper", "helpers", "impl", "misc", "base");
    private static final int MAX_TYPES = 12;

    private final Sources production = Sources.of(Repository.SHIPPED, "main");

    @Test
    void packageNamesSayWhatIsInside() {
        assertThat(production.files())
                .extracting(SourceFile::packageName)
                .doesNotContainNull()
                .allSatisfy(name -> assertThat(name.split("\\.")).doesNotContainAnyElementsOf(NAMES_THAT_SAY_NOTHING));
    }

    @Test
    void packageHasAtMostTwelveTypes() {
        Map<String, Long> typesPerPackage = production.files().stream()
                .collect(Collectors.groupingBy(
                        SourceFile::packageName,
                        TreeMap::new,
                        Collectors.summingLong(file ->
                                file.types().stream().filter(Type::topLevel).count())));

        assertThat(typesPerPackage)
                .isNotEmpty()
                .allSatisfy((name, types) ->
                        assertThat(types).as("types of package " + name).isLessThanOrEqualTo(MAX_TYPES));
    }

    @Test
    void publicTypeSaysWhatItIs() {
        assertThat(production.files())
                .flatExtracting(file -> file.types().stream()
                        .filter(type -> type.visible()
                                && !type.documentation().orElse("").contains("."))
                        .map(type -> file.path() + " " + type.name())
                        .toList())
                .as("public types without a sentence of Javadoc")
                .isEmpty();
    }
}

package h2eal.checks;

import static org.assertj.core.api.Assertions.assertThat;

import h2eal.checks.Installation.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The launcher on machines that are not as one would like them.
class LauncherTest {

    private static final List<String> VERSION = List.of("--version");
    private static final List<String> TOOLS_OF_THE_SCRIPT =
            List.of("sh", "sed", "dirname", "readlink", "find", "head", "cat", "mkdir", "mkfifo", "mktemp", "rm");

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path folder;

    private Installation installed;

    @BeforeEach
    void install() throws IOException {
        installed = Installation.in(folder.resolve("a folder with blanks"));
    }

    @Test
    void olderJavaFirstOnThePathDoesNoHarm() throws Exception {
        Path java17 = fakeJdk("17.0.15");

        Run run = installed.run(
                folder, Map.of("PATH", java17 + "/bin:" + System.getenv("PATH"), "JAVA_HOME", "" + java17), VERSION);

        assertThat(run).isEqualTo(new Run(0, "h2eal 0.1.0\n", ""));
    }

    @Test
    void linkToTheLauncherFindsItsFiles() throws Exception {
        Path link = Files.createSymbolicLink(
                folder.resolve("link"), installed.home().resolve("h2eal"));

        assertThat(Installation.run(link, folder, Map.of(), VERSION).exitCode()).isZero();
    }

    @Test
    void withoutANewEnoughJdkItSaysWhatToInstall() throws Exception {
        Path launcher = installed.home().resolve("h2eal");
        Files.writeString(launcher, Files.readString(launcher).replace("want=25", "want=999"));

        Run run = installed.run(folder, Map.of(), VERSION);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).first().asString().isEqualTo("h2eal: needs a JDK 999 or newer and found none.");
        assertThat(run.err()).contains("Install one", "H2EAL_JAVA_HOME");
    }

    @Test
    void variableThatNamesAnOldJdkIsRefusedByName() throws Exception {
        Path java17 = fakeJdk("17.0.15");

        Run run = installed.run(folder, Map.of("H2EAL_JAVA_HOME", "" + java17), VERSION);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .isEqualTo("h2eal: H2EAL_JAVA_HOME=%s is not the folder of a JDK 25 or newer.\n".formatted(java17));
    }

    @Test
    void withoutMavenAnUnbuiltCheckoutSaysSo() throws Exception {
        Files.delete(installed.home().resolve("cli/target/classpath"));

        Run run = installed.run(folder, Map.of("PATH", "" + toolsOfTheScript()), VERSION);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("h2eal: needs Maven 3.8 or newer to build, and there is no mvn on the PATH.\n");
    }

    @Test
    void exitCodeAndErrorLineOfTheCommandArePassedOn() throws Exception {
        Run run = installed.run(folder, Map.of(), List.of("--nonsense"));

        assertThat(run).isEqualTo(new Run(2, "", "h2eal: Unknown option: '--nonsense' (see: h2eal --help)\n"));
    }

    @Test
    void withoutACCompilerNativeKernelsAreMissedInOneLineAndJavaGoesOn() throws Exception {
        Map<String, String> environment = Map.of("CC", "false", "XDG_CACHE_HOME", folder.toString());
        String prompt = "The code of abc is 1234. The code of abc is ";

        Run run = installed.run(
                folder, environment, List.of("generate", "--native", "--model=demo", "--prompt", prompt, "--tokens=4"));

        assertThat(run.out()).startsWith("1234");
        assertThat(run.exitCode()).isZero();
        assertThat(run.err().lines().filter(line -> line.startsWith("h2eal: ")))
                .singleElement()
                .asString()
                .startsWith("h2eal: --native: no kernels in C: ");
    }

    /// A JDK of which only the description is true.
    private Path fakeJdk(String version) throws IOException {
        Path jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"%s\"\n".formatted(version));
        for (String tool : List.of("java", "javac")) {
            Path script = Files.writeString(jdk.resolve("bin").resolve(tool), "#!/bin/sh\necho wrong JDK\nexit 9\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return jdk;
    }

    private Path toolsOfTheScript() throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String tool : TOOLS_OF_THE_SCRIPT) {
            for (String place : System.getenv("PATH").split(":")) {
                if (Files.isExecutable(Path.of(place, tool)) && Files.notExists(bin.resolve(tool))) {
                    Files.createSymbolicLink(bin.resolve(tool), Path.of(place, tool));
                }
            }
        }
        return bin;
    }
}

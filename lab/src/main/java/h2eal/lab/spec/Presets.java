package h2eal.lab.spec;

import h2eal.lab.yaml.Nearest;
import h2eal.lab.yaml.SpecException;
import h2eal.lab.yaml.YamlDocument;
import h2eal.lab.yaml.YamlNode;
import h2eal.lab.yaml.YamlNode.Block;
import h2eal.lab.yaml.YamlNode.Items;
import h2eal.lab.yaml.YamlNode.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The folder `configs/`: one sub-folder per kind of block, one file per preset.
///
/// A block of a spec is written as a preset's name, as the path of a file like a preset, or as a block with the key
/// `preset` (a name or path) whose other keys replace the preset's. A file is read once, so that a sweep of a thousand
/// points reads it once. Thread-safe.
public final class Presets {

    private static final String PRESET = "preset";

    private final Path folder;
    private final Map<Path, Block> read = new ConcurrentHashMap<>();

    /// @param folder the folder `configs/`
    public Presets(Path folder) {
        this.folder = folder;
    }

    /// The folder `configs/`.
    public Path folder() {
        return folder;
    }

    /// The presets of this installation: under the system property `h2eal.home`, else under the working directory or
    /// the nearest folder above it that has them.
    public static Presets installed() {
        String home = System.getProperty("h2eal.home");
        Path start = Path.of(home == null ? "" : home).toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent()) {
            Path configs = at.resolve("configs");
            if (Files.isDirectory(configs.resolve(Kind.HARDWARE.folder()))) {
                return new Presets(configs);
            }
        }
        throw new SpecException("no folder configs/hardware in %s or above it".formatted(start));
    }

    /// Names of all presets of a kind, sorted.
    public List<String> names(Kind kind) {
        try (Stream<Path> files = Files.list(folder.resolve(kind.folder()))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new SpecException("%s: cannot be listed: %s".formatted(folder.resolve(kind.folder()), failure));
        }
    }

    /// The block that a name or path stands for.
    public Block named(Kind kind, String nameOrPath) {
        if (nameOrPath.endsWith(".yaml") || nameOrPath.endsWith(".yml") || nameOrPath.contains("/")) {
            return resolve(kind, document(Path.of(nameOrPath)));
        }
        Path file = folder.resolve(kind.folder()).resolve(nameOrPath + ".yaml");
        if (!Files.isRegularFile(file)) {
            throw new SpecException("%s: no such %s preset; %s (or the path of a .yaml file)"
                    .formatted(nameOrPath, kind.word(), Nearest.hint(nameOrPath, names(kind))));
        }
        return resolve(kind, document(shortened(file)));
    }

    /// The complete block that a node of a spec stands for.
    public Block resolve(Kind kind, YamlNode node) {
        return switch (node) {
            case Scalar scalar -> at(scalar, kind, scalar.text());
            case Block block -> {
                YamlNode preset = block.fields().get(PRESET);
                if (preset == null) {
                    yield block;
                }
                if (preset instanceof Scalar scalar) {
                    yield at(scalar, kind, scalar.text()).merge(block.without(PRESET));
                }
                throw new SpecException(preset.place(), "preset: expected one name or path");
            }
            case Items items ->
                throw new SpecException(items.place(), kind.word() + ": a list is only allowed in an experiment");
        };
    }

    private Block at(Scalar scalar, Kind kind, String nameOrPath) {
        try {
            return named(kind, nameOrPath);
        } catch (SpecException refused) {
            // An error inside the named file already has its place.
            boolean placed = refused.getMessage().matches("(?s).+:[0-9]+: .*");
            throw placed ? refused : new SpecException(scalar.place(), refused.getMessage());
        }
    }

    private Block document(Path file) {
        return read.computeIfAbsent(file, YamlDocument::read);
    }

    /// The same file as seen from the working directory, where that is shorter.
    private static Path shortened(Path file) {
        Path here = Path.of("").toAbsolutePath();
        return file.startsWith(here) ? here.relativize(file) : file;
    }
}

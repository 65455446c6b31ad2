package h2eal.checks;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// Java sources as the JDK's own parser sees them: sizes, names and documentation, nothing resolved.
///
/// @param files every source file, `module-info.java` excepted
record Sources(List<SourceFile> files) {

    /// One source file.
    ///
    /// @param path relative to the repository
    record SourceFile(Path path, String packageName, int lines, List<Type> types, List<Method> methods) {}

    /// One class, interface, enum or record, nested ones included.
    record Type(String name, boolean topLevel, boolean visible, Optional<String> documentation) {}

    /// One method or constructor with a body or without.
    ///
    /// @param bodyLines lines from brace to brace; 0 without a body
    /// @param parameters 0 for the constructors of a record, whose header is a list of named values
    record Method(String name, int line, int bodyLines, int parameters) {}

    /// Parses `MODULE/src/KIND/java` of every module that has it.
    static Sources of(List<String> modules, String kind) {
        List<Path> paths = modules.stream()
                .map(module -> Repository.ROOT.resolve(module, "src", kind, "java"))
                .filter(Files::isDirectory)
                .flatMap(Sources::javaFiles)
                .toList();
        return new Sources(parse(paths));
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk
                    .filter(file -> file.toString().endsWith(".java") && !file.endsWith("module-info.java"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<SourceFile> parse(List<Path> paths) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, null, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(paths));
            DocTrees trees = DocTrees.instance(task);
            List<SourceFile> files = new ArrayList<>();
            for (CompilationUnitTree unit : task.parse()) {
                files.add(read(unit, trees));
            }
            return List.copyOf(files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SourceFile read(CompilationUnitTree unit, DocTrees trees) throws IOException {
        Path path = Path.of(unit.getSourceFile().toUri());
        Collector collector = new Collector(unit, trees);
        collector.scan(unit, null);
        return new SourceFile(
                Repository.ROOT.relativize(path),
                unit.getPackageName().toString(),
                Files.readAllLines(path).size(),
                collector.types,
                collector.methods);
    }

    private static final class Collector extends TreePathScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final DocTrees trees;
        private final SourcePositions positions;
        private final List<Type> types = new ArrayList<>();
        private final List<Method> methods = new ArrayList<>();

        Collector(CompilationUnitTree unit, DocTrees trees) {
            this.unit = unit;
            this.trees = trees;
            this.positions = trees.getSourcePositions();
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            boolean anonymous = tree.getSimpleName().isEmpty();
            if (!anonymous) {
                boolean topLevel = getCurrentPath().getParentPath().getLeaf() == unit;
                boolean visible = tree.getModifiers().getFlags().contains(Modifier.PUBLIC);
                types.add(new Type(
                        tree.getSimpleName().toString(),
                        topLevel,
                        visible,
                        Optional.ofNullable(trees.getDocComment(getCurrentPath()))));
            }
            return super.visitClass(tree, unused);
        }

        @Override
        public Void visitMethod(MethodTree tree, Void unused) {
            int bodyLines = tree.getBody() == null
                    ? 0
                    : line(end(tree)) - line(positions.getStartPosition(unit, tree.getBody())) + 1;
            boolean recordHeader = tree.getReturnType() == null
                    && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
            methods.add(new Method(
                    tree.getName().toString(),
                    line(positions.getStartPosition(unit, tree)),
                    bodyLines,
                    recordHeader ? 0 : tree.getParameters().size()));
            return super.visitMethod(tree, unused);
        }

        private long end(MethodTree tree) {
            return positions.getEndPosition(unit, tree.getBody());
        }

        private int line(long position) {
            return (int) unit.getLineMap().getLineNumber(position);
        }
    }
}

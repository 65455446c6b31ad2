package h2eal.runtime.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import h2eal.runtime.gguf.MetadataValue.NestedArray;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {

    @Test
    void everyKindOfValueSurvivesWritingAndReading() {
        GgufFile file = SmallFile.read(SmallFile.bytes());
        Metadata metadata = file.metadata();
        assertThat(file.version()).isEqualTo(3);
        assertThat(metadata.requireText("general.architecture")).isEqualTo("llama");
        assertThat(metadata.requirePositive("a.count")).isEqualTo(42);
        assertThat(metadata.values().get("a.large")).hasToString("18446744073709551615");
        assertThat(metadata.values().get("a.negative")).hasToString("-5");
        assertThat(metadata.real("a.real")).contains(0.5);
        assertThat(metadata.real("a.count")).contains(42.0);
        assertThat(metadata.flag("a.flag")).contains(true);
        assertThat(metadata.numbers("a.numbers").orElseThrow().integer(1)).isEqualTo(-1);
        assertThat(metadata.requireTexts("a.texts")).containsExactly("", "é", "\n");
        assertThat(((NestedArray) metadata.values().get("a.nested")).values()).hasSize(2);
    }

    @Test
    void tensorsAreSlicesOfTheMappedFile(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("small.gguf");
        GgufWriter.write(path, SmallFile.metadata(), SmallFile.tensors());
        try (GgufFile file = GgufFile.open(path)) {
            Tensor matrix = file.require("matrix");
            assertThat(matrix.columns()).isEqualTo(3);
            assertThat(matrix.rows()).isEqualTo(2);
            assertThat(matrix.data().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(matrix.data().isMapped()).isTrue();
            assertThat(file.require("blocks").data().byteSize()).isEqualTo(68);
        }
    }

    @Test
    void filesThatCannotBeReadAreNamed(@TempDir Path folder) throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.gguf"));
        assertThatThrownBy(() -> GgufFile.open(folder.resolve("none.gguf"))).hasMessageEndingWith("no such file");
        assertThatThrownBy(() -> GgufFile.open(folder)).hasMessageEndingWith("not a regular file");
        assertThatThrownBy(() -> GgufFile.open(empty)).hasMessageContaining("empty.gguf: magic: is not \"GGUF\"");
    }

    @Test
    void lyingFilesAreRefusedWithFieldAndValue() {
        refuses(file -> file.putInt(4, 1), "small.gguf: version: 1: must be 2 or 3");
        refuses(file -> file.putInt(4, Integer.reverseBytes(3)), "a big-endian file");
        refuses(file -> file.putLong(8, -1), "tensor_count: count 18446744073709551615");
        refuses(file -> file.putLong(16, 1L << 40), "metadata_kv_count: count 1099511627776");
        refuses(file -> file.putInt(after(file, "a.count"), 77), "a.count: unknown value type 77");
        refuses(file -> file.put(after(file, "a.flag") + 4, (byte) 9), "a.flag: a flag must be 0 or 1: 9");
        refuses(file -> rename(file, "a.negative", "a.negativ0"), null);
        refuses(file -> rename(file, "a.real", "a.flag"), "a.flag: appears twice");
        refuses(file -> file.putInt(after(file, "matrix"), 5), "matrix: must have 1 to 4 dimensions: 5");
        refuses(file -> file.putLong(after(file, "matrix") + 4, 0), "matrix: dimension 0 must be");
        refuses(file -> file.putLong(after(file, "matrix") + 4, 1L << 62), "overflows 64 bits");
        refuses(file -> file.putInt(after(file, "matrix") + 20, 5), "matrix: unknown tensor type 5");
        refuses(file -> file.putLong(after(file, "matrix") + 24, 1L << 50), "lies outside the");
        refuses(file -> file.putLong(after(file, "matrix") + 24, 1), "offset 1 is not a multiple of the alignment 32");
        refuses(file -> file.putLong(after(file, "blocks") + 16, 0), "overlaps tensor");
        refuses(file -> file.putLong(after(file, "blocks") + 4, 33), "must be a multiple of 32 long: 33");
    }

    @Test
    void alignmentMustBeAPowerOfTwo() {
        byte[] bytes = SmallFile.bytes();
        for (int alignment : new int[] {0, 4, 33}) {
            ByteBuffer header = ByteBuffer.allocate(64 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
            header.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                    .putInt(3)
                    .putLong(0)
                    .putLong(1);
            header.putLong(17)
                    .put("general.alignment".getBytes(StandardCharsets.US_ASCII))
                    .putInt(4)
                    .putInt(alignment);
            assertThatThrownBy(() -> SmallFile.read(header.array()))
                    .hasMessageContaining("general.alignment: must be a power of two, at least 8: " + alignment);
        }
    }

    @Test
    void arraysNestedForeverAreRefused() {
        ByteBuffer file = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        file.put("GGUF".getBytes(StandardCharsets.US_ASCII))
                .putInt(3)
                .putLong(0)
                .putLong(1);
        file.putLong(1).put((byte) 'k').putInt(9);
        while (file.remaining() >= 12) {
            file.putInt(9).putLong(1);
        }
        assertThatThrownBy(() -> SmallFile.read(file.array())).hasMessageContaining("k: arrays are nested deeper");
    }

    @Test
    void messagesAreOneLineWhateverTheFileHolds() {
        ByteBuffer file = ByteBuffer.wrap(SmallFile.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        file.put(after(file, "a.count") - 1, (byte) '\n').putInt(after(file, "a.coun") + 1, 77);
        assertThatThrownBy(() -> SmallFile.read(file.array()))
                .isInstanceOf(GgufException.class)
                .hasMessageNotContaining("\n");
    }

    /// A damage without an expected message must be harmless.
    private static void refuses(Consumer<ByteBuffer> damage, String message) {
        ByteBuffer file = ByteBuffer.wrap(SmallFile.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        damage.accept(file);
        if (message == null) {
            assertThat(SmallFile.read(file.array()).tensors()).hasSize(2);
        } else {
            assertThatThrownBy(() -> SmallFile.read(file.array()))
                    .isInstanceOf(GgufException.class)
                    .hasMessageContaining(message);
        }
    }

    private static void rename(ByteBuffer file, String... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            byte[] name = pairs[i + 1].getBytes(StandardCharsets.US_ASCII);
            file.put(after(file, pairs[i]) - name.length, name);
        }
    }

    private static int after(ByteBuffer file, String name) {
        byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < file.capacity() - wanted.length; at++) {
            if (Arrays.equals(file.array(), at, at + wanted.length, wanted, 0, wanted.length)) {
                return at + wanted.length;
            }
        }
        throw new AssertionError("not in the file: " + name);
    }
}

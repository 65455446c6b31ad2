package h2eal.lab.convert;

import h2eal.lab.result.WholeFile;
import h2eal.runtime.Engine;
import h2eal.runtime.gguf.GgufWriter;
import h2eal.runtime.gguf.MetadataValue;
import h2eal.runtime.gguf.PendingTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model in a folder of Hugging Face's layout: `config.json`, `tokenizer.json`, and weights in safetensors.
public final class HuggingFaceModel {

    private HuggingFaceModel() {}

    /// Writes the model in `folder` as one GGUF file; an earlier one survives until the new one is whole.
    ///
    /// @throws ConvertException if the folder is incomplete, damaged, or of a kind that is not supported
    public static void convert(Path folder, Path gguf, WeightFormat format) throws IOException {
        JsonFields whole = JsonFields.read(folder.resolve("config.json"));
        JsonFields config = whole.object("text_config").orElse(whole);
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        ConfigMetadata metadata = new ConfigMetadata(config, name);
        Map<String, MetadataValue> values = new LinkedHashMap<>(metadata.values());
        values.putAll(new HuggingFaceTokenizer(folder, config).values());
        try (Arena arena = Arena.ofConfined()) {
            List<PendingTensor> tensors = new ArrayList<>(metadata.factors());
            boolean tied = config.flag("tie_word_embeddings")
                    || metadata.family().storesNormsLessOne() && !config.has("tie_word_embeddings");
            for (StoredTensor tensor : Safetensors.read(folder, arena).values()) {
                target(tensor.name(), metadata.family())
                        .filter(target -> !(tied && target.equals("output.weight")))
                        .ifPresent(target -> tensors.add(converted(tensor, target, metadata, format)));
            }
            WholeFile.write(gguf, draft -> GgufWriter.writePending(draft, values, tensors));
        }
    }

    /// Opens the model in `folder`, converted to a temporary file as large as the model.
    ///
    /// @param threads threads that compute, the caller's included
    /// @throws FileSystemException if there is no room for that file, with what to do
    public static Engine open(Path folder, int threads) throws IOException {
        Path gguf = Files.createTempFile("h2eal-", ".gguf");
        try {
            convertTemporarily(folder, gguf);
            return Engine.open(gguf, threads);
        } finally {
            // what is mapped stays readable
            Files.deleteIfExists(gguf);
        }
    }

    static void convertTemporarily(Path folder, Path gguf) throws IOException {
        try {
            convert(folder, gguf, WeightFormat.STORED);
        } catch (FileSystemException failure) {
            if (!failure.getFile().equals(gguf.toString())) {
                throw failure;
            }
            throw new FileSystemException(
                    gguf.toString(),
                    null,
                    ("%s; reading a folder needs room for a temporary copy of the model: let `h2eal convert` write it once"
                                    + " elsewhere, or set H2EAL_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER")
                            .formatted(failure.getReason()));
        }
    }

    /// Models that also see images keep their language model under a name of its own.
    private static Optional<String> target(String name, Family family) {
        String text = name.replaceFirst("^(model\\.)?language_model\\.", "");
        if (text.matches("(model\\.)?(vision_tower|multi_modal_projector)\\..*")) {
            return Optional.empty();
        }
        return family.tensorName(text.replaceFirst("^model\\.", ""));
    }

    private static PendingTensor converted(
            StoredTensor tensor, String target, ConfigMetadata metadata, WeightFormat format) {
        Family family = metadata.family();
        int heads = 0;
        if (family.turnsNeighbours() && target.contains(".attn_q.")) {
            heads = metadata.queryHeads();
        } else if (family.turnsNeighbours() && target.contains(".attn_k.")) {
            heads = metadata.kvHeads();
        }
        float added = family.storesNormsLessOne() && target.endsWith("norm.weight") ? 1 : 0;
        return new TensorConversion(tensor, format.type(tensor), heads, added).named(target);
    }
}

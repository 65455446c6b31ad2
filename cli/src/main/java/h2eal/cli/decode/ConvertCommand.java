package h2eal.cli.decode;

import h2eal.cli.console.Console;
import h2eal.cli.console.JsonOption;
import h2eal.lab.convert.HuggingFaceModel;
import h2eal.lab.convert.WeightFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `h2eal convert`: safetensors to GGUF.
@Command(
        name = "convert",
        description = "Writes a model in Hugging Face's layout (config.json, tokenizer.json, *.safetensors) as one GGUF"
                + " file: llama, mistral, qwen2, qwen3, phi3, gemma2 and gemma3.")
public final class ConvertCommand implements Callable<Integer> {

    private record Result(String file, long bytes) {}

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "The model's folder.")
    private Path folder;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "The GGUF file to write.")
    private Path output;

    @Option(
            names = "--type",
            defaultValue = "stored",
            description =
                    "How matrices are stored: stored (as in the source), f32, f16, bf16 or q8_0 (default stored).")
    private WeightFormat type;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        json.check();
        HuggingFaceModel.convert(folder, output, type);
        long bytes = Files.size(output);
        Console.of(spec).note("%s: %s".formatted(output, Quantity.bytes(bytes)));
        json.write(new Result(output.toString(), bytes));
        return 0;
    }
}

package h2eal.cli.option;

import h2eal.lab.yaml.Unit;
import java.util.OptionalDouble;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a number of tokens as specs write it, 4096 or 4K.
public final class TokenCount implements ITypeConverter<Integer> {

    @Override
    public Integer convert(String text) {
        OptionalDouble tokens = Unit.TOKENS.parse(text);
        if (tokens.isEmpty() || tokens.getAsDouble() != (int) tokens.getAsDouble()) {
            throw new TypeConversionException("'%s' is not %s".formatted(text, Unit.TOKENS.allowed()));
        }
        return (int) tokens.getAsDouble();
    }
}

package h2eal.chat;

import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;

/// The methods of Python's strings and dictionaries that chat templates call.
final class PythonMethods extends ELResolver {

    @Override
    public Object invoke(ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
        List<String> texts = arguments == null
                ? List.of()
                : Arrays.stream(arguments).map(String::valueOf).toList();
        Object result = null;
        if (base instanceof String text) {
            result = ofText(text, method.toString(), texts);
        } else if (base instanceof Map<?, ?> map) {
            result = ofMap(map, method.toString(), texts);
        }
        context.setPropertyResolved(result != null);
        return result;
    }

    private static Object ofText(String text, String method, List<String> arguments) {
        return switch (method) {
            case "strip" -> strip(text, arguments, true, true);
            case "lstrip" -> strip(text, arguments, true, false);
            case "rstrip" -> strip(text, arguments, false, true);
            case "startswith" -> text.startsWith(arguments.getFirst());
            case "endswith" -> text.endsWith(arguments.getFirst());
            case "split" -> split(text, arguments);
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "replace" -> text.replace(arguments.get(0), arguments.get(1));
            default -> null;
        };
    }

    private static Object ofMap(Map<?, ?> map, String method, List<String> arguments) {
        return switch (method) {
            case "items" ->
                map.entrySet().stream()
                        .map(entry -> List.of(entry.getKey(), entry.getValue()))
                        .toList();
            case "keys" -> new ArrayList<>(map.keySet());
            case "get" -> map.get(arguments.getFirst());
            default -> null;
        };
    }

    private static List<String> split(String text, List<String> arguments) {
        return arguments.isEmpty()
                ? List.of(text.strip().split("\\s+"))
                : List.of(text.split(Pattern.quote(arguments.getFirst()), -1));
    }

    private static String strip(String text, List<String> arguments, boolean left, boolean right) {
        IntPredicate stripped = arguments.isEmpty()
                ? Character::isWhitespace
                : character -> arguments.getFirst().indexOf(character) >= 0;
        int from = 0;
        int to = text.length();
        while (left && from < to && stripped.test(text.charAt(from))) {
            from++;
        }
        while (right && to > from && stripped.test(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        // Left to the next resolver.
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
        return Collections.emptyIterator();
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return null;
    }
}

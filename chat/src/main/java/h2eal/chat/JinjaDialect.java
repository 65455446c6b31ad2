package h2eal.chat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What lies between the templates in model files and the library's Jinja: white space is trimmed as Hugging Face does,
/// and a few constructs are written another way.
final class JinjaDialect {

    private static final Pattern NAMESPACE = Pattern.compile("namespace\\(([^()]+)\\)");
    private static final Pattern NAMED_VALUE = Pattern.compile("(\\w+)\\s*=\\s*([^,=]+)");

    private JinjaDialect() {}

    /// What a template says when it refuses a conversation.
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Refusal(String message) {
            super(message);
        }
    }

    /// `raise_exception` of the templates.
    public static Object refuse(String message) {
        throw new Refusal(message);
    }

    static String adapted(String template) {
        String text = trimmed(template).replace("[::-1]", "|reverse|list");
        return NAMESPACE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement("namespace(" + parenthesised(match.group(1)) + ")"));
    }

    /// The minus signs that trim, then `trim_blocks`, `lstrip_blocks` and the template's last line break.
    private static String trimmed(String template) {
        String text = template.replaceAll("\\s*\\{([{%#])-", "{$1").replaceAll("-([}%#])\\}\\s*", "$1}");
        text = text.replaceAll("(?m)^[ \\t]+\\{([%#])", "{$1").replaceAll("([%#])\\}\\n", "$1}");
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /// The library binds `name=value` tighter than the operators of the value.
    private static String parenthesised(String values) {
        return NAMED_VALUE.matcher(values).replaceAll("$1=($2)");
    }
}

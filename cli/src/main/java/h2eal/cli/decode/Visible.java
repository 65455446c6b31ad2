package h2eal.cli.decode;

/// Text in quotes, with characters that have no shape written as escapes.
final class Visible {

    private Visible() {}

    static String text(String text) {
        StringBuilder visible = new StringBuilder("\"");
        text.codePoints().forEach(character -> {
            if (Character.isISOControl(character)) {
                visible.append("\\u%04x".formatted(character));
            } else {
                visible.appendCodePoint(character);
            }
        });
        return visible.append('"').toString();
    }
}

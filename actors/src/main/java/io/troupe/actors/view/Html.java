package io.troupe.actors.view;

import java.util.Locale;

/** Text that is safe inside HTML and SVG, and numbers as CSS and SVG write them. */
final class Html {

    private Html() {}

    /** Text as it may stand between tags and inside quoted attributes. */
    static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? '\u00b7' : c);
            }
        }
        return escaped.toString();
    }

    /** A number with at most so many decimals and no zeros at its end. */
    static String number(double value, int decimals) {
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        if (text.contains(".")) {
            text = text.replaceFirst("0+$", "").replaceFirst("\\.$", "");
        }
        return text.equals("-0") ? "0" : text;
    }
}

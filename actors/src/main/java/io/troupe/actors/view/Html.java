package io.troupe.actors.view;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

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

    /** The style sheet of all pages. */
    private static String style() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(Html.class.getResourceAsStream("report.css"), "report.css is missing")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The head of a page that needs nothing but itself, up to where its text begins. */
    static String head(String title) throws IOException {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Troupe: " + escape(title)
                + "</title>\n<style>\n" + style() + "</style>\n</head>\n<body>\n<main>\n";
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

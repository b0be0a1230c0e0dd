package io.troupe.actors.view;

/** One line for a terminal: words with styles, cut to a width that escape sequences do not count towards. Built by one thread. */
final class StyledLine {

    /** How a word looks: the parameters of the terminal's SGR sequence. */
    enum Style {
        PLAIN(""),
        BOLD("1"),
        DIM("2"),
        GREEN("32"),
        YELLOW("33"),
        BLUE("34"),
        CYAN("36"),
        RED("31");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    private final int width;
    private final StringBuilder text = new StringBuilder();
    private int used;

    StyledLine(int width) {
        this.width = width;
    }

    StyledLine add(String words) {
        return add(words, Style.PLAIN);
    }

    StyledLine add(String words, Style style) {
        int room = width - used;
        int points = words.codePointCount(0, words.length());
        String shown = points <= room ? words : cut(words, room);
        used += shown.codePointCount(0, shown.length());
        if (shown.isEmpty()) {
            return this;
        }
        if (style == Style.PLAIN) {
            text.append(shown);
        } else {
            text.append("\u001b[").append(style.code).append('m').append(shown).append("\u001b[0m");
        }
        return this;
    }

    /** Spaces up to a column. */
    StyledLine to(int column) {
        return add(" ".repeat(Math.max(0, column - used)));
    }

    /** The words so that they end at a column. */
    StyledLine right(int column, String words, Style style) {
        return to(column - words.codePointCount(0, words.length())).add(words, style);
    }

    int room() {
        return width - used;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    private static String cut(String words, int room) {
        if (room <= 0) {
            return "";
        }
        return words.substring(0, words.offsetByCodePoints(0, room - 1)) + "…";
    }
}

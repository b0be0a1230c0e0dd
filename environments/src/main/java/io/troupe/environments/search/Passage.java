package io.troupe.environments.search;

/**
 * A piece of a corpus.
 *
 * @param id its name in the corpus
 * @param contents the title on the first line, then the text
 */
public record Passage(String id, String contents) {

    /** The first line. */
    public String title() {
        int line = contents.indexOf('\n');
        return line < 0 ? contents : contents.substring(0, line);
    }

    /** What follows the first line. */
    public String text() {
        int line = contents.indexOf('\n');
        return line < 0 ? "" : contents.substring(line + 1);
    }
}

package io.troupe.actors.view;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of a study as text, which Markdown and HTML show alike. The first column is a name, the others are numbers.
 *
 * @param title above it
 * @param note below the title; empty for none
 * @param head the names of the columns
 * @param rows as many cells each
 */
record StudyTable(String title, String note, List<String> head, List<List<String>> rows) {

    String markdown() {
        var lines = new ArrayList<String>();
        lines.add("### " + title + "\n");
        if (!note.isEmpty()) {
            lines.add(note + "\n");
        }
        lines.add(line(head));
        lines.add("| --- |" + " ---: |".repeat(head.size() - 1));
        rows.forEach(row -> lines.add(line(row)));
        return String.join("\n", lines) + "\n";
    }

    private static String line(List<String> cells) {
        return "| " + cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ")) + " |";
    }

    String html() {
        var html = new StringBuilder("<h3>").append(Html.escape(title)).append("</h3>\n");
        if (!note.isEmpty()) {
            html.append("<p class=\"note\">").append(Html.escape(note)).append("</p>\n");
        }
        html.append("<div class=\"scroll\"><table class=\"study\">\n<thead><tr>");
        for (int i = 0; i < head.size(); i++) {
            html.append(i == 0 ? "<th>" : "<th class=\"n\">")
                    .append(Html.escape(head.get(i)))
                    .append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            html.append("<tr><th scope=\"row\">")
                    .append(Html.escape(row.get(0)))
                    .append("</th>");
            row.stream()
                    .skip(1)
                    .forEach(cell -> html.append("<td class=\"n\">")
                            .append(Html.escape(cell))
                            .append("</td>"));
            html.append("</tr>\n");
        }
        return html.append("</tbody>\n</table></div>\n").toString();
    }
}

package io.troupe.actors.view;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a terminal shows after some bytes: knows line feeds, "up n lines" and "erase below"; styles leave no trace. */
final class Screen {

    private static final Pattern CONTROL = Pattern.compile("\u001b\\[([0-9;?]*)([A-Za-z])");

    private final List<StringBuilder> lines = new ArrayList<>();
    private int row;

    static List<String> of(String bytes) {
        var screen = new Screen();
        screen.lines.add(new StringBuilder());
        int at = 0;
        while (at < bytes.length()) {
            var control = CONTROL.matcher(bytes).region(at, bytes.length());
            if (control.lookingAt()) {
                screen.obey(control.group(1), control.group(2));
                at = control.end();
            } else {
                screen.put(bytes.charAt(at++));
            }
        }
        return screen.lines.stream().map(StringBuilder::toString).toList();
    }

    private void obey(String argument, String command) {
        switch (command) {
            case "F" -> row -= Integer.parseInt(argument);
            case "J" -> {
                lines.subList(row + 1, lines.size()).clear();
                lines.get(row).setLength(0);
            }
            case "m", "h", "l" -> {}
            default -> throw new IllegalStateException("no such control here: " + command);
        }
    }

    private void put(char character) {
        if (character == '\n') {
            row++;
            if (row == lines.size()) {
                lines.add(new StringBuilder());
            }
        } else {
            lines.get(row).append(character);
        }
    }
}

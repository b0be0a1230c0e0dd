package io.troupe.verifier.math.grading;

import io.troupe.verifier.Fuel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Finds {@code \boxed{...}} and {@code \fbox{...}} with balanced braces in one pass over the text. Pure functions, safe for any thread. */
final class Boxes {

    private static final int COMMAND = "boxed".length();
    private static final List<String> COMMANDS = List.of("boxed", "fbox", "framebox");

    private Boxes() {}

    /**
     * A box.
     *
     * @param start where its command begins
     * @param end after its closing brace
     * @param content what stands in it
     */
    record Box(int start, int end, String content) {}

    /**
     * The outermost complete boxes of a text, in its order. A box without braces, {@code \boxed 5}, ends at a blank, a dollar sign or the line's end.
     *
     * @param text any text
     * @param fuel pays for the characters
     * @return the boxes
     */
    static List<Box> in(String text, Fuel fuel) {
        fuel.spend(text.length());
        List<Box> boxes = new ArrayList<>();
        Deque<Integer> open = new ArrayDeque<>();
        for (int at = 0; at < text.length(); at++) {
            switch (text.charAt(at)) {
                case '\\' -> {
                    bare(text, at, boxes);
                    at++;
                }
                case '{' -> open.push(at);
                case '}' -> {
                    if (!open.isEmpty()) {
                        close(text, open.pop(), at, boxes);
                    }
                }
                default -> {}
            }
        }
        return boxes;
    }

    private static void close(String text, int brace, int end, List<Box> boxes) {
        int start = commandBefore(text, brace);
        if (start < 0) {
            return;
        }
        while (!boxes.isEmpty() && boxes.get(boxes.size() - 1).start() > start) {
            boxes.remove(boxes.size() - 1);
        }
        boxes.add(new Box(start, end + 1, text.substring(brace + 1, end)));
    }

    /** Where the command of a box begins whose brace opens here, or -1. A backslash that was lost, or read as a backspace, is forgiven. */
    private static int commandBefore(String text, int brace) {
        int end = brace;
        while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\n')) {
            end--;
        }
        if (text.startsWith("\boxed", end - COMMAND)) {
            return end - COMMAND;
        }
        int name = -1;
        for (String command : COMMANDS) {
            name = text.startsWith(command, end - command.length()) ? end - command.length() : name;
        }
        if (name < 0 || (name > 0 && Character.isLetter(text.charAt(name - 1)))) {
            return -1;
        }
        return name > 0 && text.charAt(name - 1) == '\\' ? name - 1 : name;
    }

    /** {@code \boxed 5} and {@code \boxed5}. */
    private static void bare(String text, int at, List<Box> boxes) {
        if (!text.startsWith("\\boxed", at)) {
            return;
        }
        int start = at + 1 + COMMAND;
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        int end = start;
        while (end < text.length() && "{ \n$".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        boolean braced = end < text.length() && text.charAt(end) == '{';
        if (end > start && !braced && !Character.isLetter(text.charAt(start))) {
            boxes.add(new Box(at, end, text.substring(start, end)));
        }
    }
}

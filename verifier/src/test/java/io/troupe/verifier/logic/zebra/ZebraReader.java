package io.troupe.verifier.logic.zebra;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a zebra puzzle's text as a person would and tries every house that the clues allow for the word that has the fewest left: shares no code
 * with the generator.
 */
public final class ZebraReader {

    private static final int NOWHERE = -1;

    /** A clue: two words, or a word and a house. */
    private record Said(String kind, int first, int second) {}

    private final List<List<String>> categories = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private final List<List<Said>> clues = new ArrayList<>();
    private final List<List<String>> arrangements = new ArrayList<>();
    private int[] placed = {};
    private int asked;

    private ZebraReader() {}

    /** Reads a question. */
    public static ZebraReader read(String text) {
        var reader = new ZebraReader();
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("There are ")) {
                reader.category(line.substring(line.indexOf("one of ") + 7));
            } else if (line.startsWith("Each has a different ")) {
                reader.category(line.substring(line.indexOf(": ") + 2));
            } else if (line.startsWith("- ")) {
                reader.clue(line.substring(2, line.length() - 1));
            } else {
                reader.asked = line.charAt(line.length() - 2) - '1';
            }
        }
        reader.placed = new int[reader.words.size()];
        Arrays.fill(reader.placed, NOWHERE);
        reader.arrange();
        return reader;
    }

    /** Who lives in the house that is asked for, once for every arrangement. */
    public List<String> answers() {
        return arrangements.stream().map(names -> names.get(asked)).toList();
    }

    private void category(String list) {
        List<String> category =
                Arrays.asList(list.substring(0, list.length() - 1).split(", ", -1));
        categories.add(category);
        words.addAll(category);
        category.forEach(word -> clues.add(new ArrayList<>()));
    }

    private void clue(String sentence) {
        for (String kind : List.of(" lives directly left of ", " lives next to ", " lives in house ", " is ")) {
            int at = sentence.lastIndexOf(kind);
            if (at > 0) {
                int first = word(sentence.substring(0, at));
                String rest = sentence.substring(at + kind.length());
                if (kind.equals(" lives in house ")) {
                    clues.get(first).add(new Said(kind, first, Integer.parseInt(rest) - 1));
                } else {
                    var said = new Said(kind, first, word(rest));
                    clues.get(first).add(said);
                    clues.get(said.second).add(said);
                }
                return;
            }
        }
        throw new AssertionError(sentence);
    }

    /** The only word of a category that stands in a phrase. */
    private int word(String phrase) {
        List<String> parts = Arrays.asList(phrase.split(" ", -1));
        List<String> found = words.stream().filter(parts::contains).toList();
        if (found.size() != 1) {
            throw new AssertionError(phrase + " names " + found);
        }
        return words.indexOf(found.get(0));
    }

    /** Places the word that has the fewest houses left, until every arrangement is found or there are two. */
    private void arrange() {
        int tightest = NOWHERE;
        List<Integer> fewest = List.of();
        for (int word = 0; word < placed.length; word++) {
            if (placed[word] == NOWHERE) {
                List<Integer> open = open(word);
                if (tightest == NOWHERE || open.size() < fewest.size()) {
                    tightest = word;
                    fewest = open;
                }
            }
        }
        if (tightest == NOWHERE) {
            int houses = categories.get(0).size();
            String[] names = new String[houses];
            for (int name = 0; name < houses; name++) {
                names[placed[name]] = words.get(name);
            }
            arrangements.add(List.of(names));
            return;
        }
        for (int house : fewest) {
            if (arrangements.size() < 2) {
                placed[tightest] = house;
                arrange();
                placed[tightest] = NOWHERE;
            }
        }
    }

    private List<Integer> open(int word) {
        int houses = categories.get(0).size();
        int from = word / houses * houses;
        List<Integer> open = new ArrayList<>();
        for (int house = 0; house < houses; house++) {
            boolean free = true;
            for (int other = from; other < from + houses; other++) {
                free &= placed[other] != house;
            }
            placed[word] = house;
            if (free && clues.get(word).stream().allMatch(this::holds)) {
                open.add(house);
            }
            placed[word] = NOWHERE;
        }
        return open;
    }

    /** Whether a clue holds, or may still hold because something in it is not placed. */
    private boolean holds(Said clue) {
        int first = placed[clue.first];
        if (clue.kind.equals(" lives in house ")) {
            return first == clue.second;
        }
        int second = placed[clue.second];
        if (first == NOWHERE || second == NOWHERE) {
            return true;
        }
        return switch (clue.kind) {
            case " is " -> first == second;
            case " lives next to " -> Math.abs(first - second) == 1;
            default -> first + 1 == second;
        };
    }
}

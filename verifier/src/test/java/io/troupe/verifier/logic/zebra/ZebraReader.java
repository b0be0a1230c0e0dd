package io.troupe.verifier.logic.zebra;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a zebra puzzle's text as a person would and tries every house that the clues allow for the word that has the fewest left: shares no code
 * with the generator.
 */
public final class ZebraReader {

    private record Said(String kind, String first, String second) {}

    private final List<List<String>> categories = new ArrayList<>();
    private final List<Said> clues = new ArrayList<>();
    private final List<List<String>> arrangements = new ArrayList<>();
    private int asked;

    private ZebraReader() {}

    /** Reads a question. */
    public static ZebraReader read(String text) {
        var reader = new ZebraReader();
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("There are ")) {
                reader.categories.add(words(line.substring(line.indexOf("one of ") + 7)));
            } else if (line.startsWith("Each has a different ")) {
                reader.categories.add(words(line.substring(line.indexOf(": ") + 2)));
            } else if (line.startsWith("- ")) {
                reader.clue(line.substring(2, line.length() - 1));
            } else {
                reader.asked = line.charAt(line.length() - 2) - '1';
            }
        }
        reader.arrange(new LinkedHashMap<>());
        return reader;
    }

    /** Who lives in the house that is asked for, once for every arrangement. */
    public List<String> answers() {
        return arrangements.stream().map(names -> names.get(asked)).toList();
    }

    private static List<String> words(String list) {
        return Arrays.asList(list.substring(0, list.length() - 1).split(", ", -1));
    }

    private void clue(String sentence) {
        for (String kind : List.of(" lives directly left of ", " lives next to ", " lives in house ", " is ")) {
            int at = sentence.lastIndexOf(kind);
            if (at > 0) {
                clues.add(new Said(
                        kind.strip(), thing(sentence.substring(0, at)), thing(sentence.substring(at + kind.length()))));
                return;
            }
        }
        throw new AssertionError(sentence);
    }

    /** The word of a category that stands in a phrase. */
    private String thing(String phrase) {
        List<String> words = Arrays.asList(phrase.split(" ", -1));
        List<String> found = new ArrayList<>();
        for (List<String> category : categories) {
            category.stream().filter(words::contains).forEach(found::add);
        }
        if (found.isEmpty()) {
            return phrase;
        }
        if (found.size() > 1) {
            throw new AssertionError(phrase + " names " + found);
        }
        return found.get(0);
    }

    /** Places the word that has the fewest houses left, until every arrangement is found or there are two. */
    private void arrange(Map<String, Integer> placed) {
        String tightest = null;
        List<Integer> fewest = List.of();
        for (List<String> category : categories) {
            for (String word : category) {
                if (!placed.containsKey(word)) {
                    List<Integer> open = open(category, word, placed);
                    if (tightest == null || open.size() < fewest.size()) {
                        tightest = word;
                        fewest = open;
                    }
                }
            }
        }
        if (tightest == null) {
            List<String> names = new ArrayList<>(categories.get(0));
            names.sort((one, other) -> Integer.compare(placed.get(one), placed.get(other)));
            arrangements.add(names);
            return;
        }
        for (int house : fewest) {
            if (arrangements.size() < 2) {
                placed.put(tightest, house);
                arrange(placed);
                placed.remove(tightest);
            }
        }
    }

    private List<Integer> open(List<String> category, String word, Map<String, Integer> placed) {
        List<Integer> open = new ArrayList<>();
        for (int house = 0; house < category.size(); house++) {
            int at = house;
            if (category.stream().noneMatch(other -> Integer.valueOf(at).equals(placed.get(other)))) {
                placed.put(word, house);
                if (allowed(word, placed)) {
                    open.add(house);
                }
                placed.remove(word);
            }
        }
        return open;
    }

    private boolean allowed(String word, Map<String, Integer> placed) {
        for (Said clue : clues) {
            if (clue.first.equals(word) || clue.second.equals(word)) {
                Integer first = placed.get(clue.first);
                if (clue.kind.equals("lives in house")) {
                    if (first != null && first != Integer.parseInt(clue.second) - 1) {
                        return false;
                    }
                    continue;
                }
                Integer second = placed.get(clue.second);
                if (first != null && second != null && !holds(clue.kind, first, second)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean holds(String kind, int first, int second) {
        return switch (kind) {
            case "is" -> first == second;
            case "lives next to" -> Math.abs(first - second) == 1;
            default -> first + 1 == second;
        };
    }
}

package io.troupe.verifier.logic.zebra;

import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.PosedPuzzle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Clues in words. Immutable.
 *
 * @param clues what is said
 * @param attributes the categories that are not names, in the clues' numbering from 1
 * @param words for each category what is in which house in the solution
 * @param asked the house that is asked for
 * @param shown for each category the order in which its words are listed in the question
 */
record ZebraPuzzle(
        Clues clues, List<Attribute> attributes, List<List<String>> words, int asked, List<List<String>> shown)
        implements PosedPuzzle {

    private static final List<String> NAMES = List.of(
            "Alice", "Bruno", "Carla", "David", "Emma", "Felix", "Greta", "Henry", "Irene", "Jacob", "Karin", "Leon",
            "Maria", "Nora", "Oscar", "Paula");

    /** A category: what it is called, what is said of one who has a word of it, and the words. */
    record Attribute(String noun, String phrase, List<String> words) {
        Attribute {
            words = List.copyOf(words);
        }
    }

    private static final List<Attribute> ATTRIBUTES = List.of(
            new Attribute(
                    "house colour",
                    "lives in the %s house",
                    List.of("red", "blue", "green", "white", "yellow", "black", "brown", "grey")),
            new Attribute(
                    "drink",
                    "drinks %s",
                    List.of("tea", "milk", "coffee", "juice", "water", "cocoa", "cider", "lemonade")),
            new Attribute(
                    "pet",
                    "keeps the %s",
                    List.of("cat", "dog", "horse", "fish", "bird", "rabbit", "snail", "hamster")),
            new Attribute(
                    "job",
                    "works as the %s",
                    List.of("baker", "doctor", "teacher", "lawyer", "farmer", "painter", "pilot", "singer")),
            new Attribute(
                    "game",
                    "plays %s",
                    List.of("chess", "tennis", "golf", "hockey", "football", "rugby", "darts", "polo")),
            new Attribute(
                    "food", "eats %s", List.of("rice", "pizza", "soup", "bread", "cheese", "salad", "stew", "cake")),
            new Attribute(
                    "vehicle",
                    "travels by %s",
                    List.of("train", "bike", "car", "bus", "ship", "plane", "tram", "taxi")));

    ZebraPuzzle {
        attributes = List.copyOf(attributes);
        words = words.stream().map(List::copyOf).toList();
        shown = shown.stream().map(List::copyOf).toList();
    }

    /** Draws words for clues. */
    static ZebraPuzzle of(Clues clues, SplittableRandom random) {
        List<Attribute> attributes = some(ATTRIBUTES, clues.categories() - 1, random);
        List<List<String>> words = new ArrayList<>();
        words.add(some(NAMES, clues.houses(), random));
        attributes.forEach(attribute -> words.add(some(attribute.words, clues.houses(), random)));
        List<List<String>> shown =
                words.stream().map(word -> some(word, word.size(), random)).toList();
        List<Clue> order = some(clues.clues(), clues.clues().size(), random);
        return new ZebraPuzzle(
                new Clues(clues.houses(), clues.categories(), order),
                attributes,
                words,
                random.nextInt(clues.houses()),
                shown);
    }

    private static <T> List<T> some(List<T> from, int count, SplittableRandom random) {
        List<T> shuffled = new ArrayList<>(from);
        Collections.shuffle(shuffled, new Random(random.nextLong()));
        return List.copyOf(shuffled.subList(0, count));
    }

    @Override
    public String question() {
        var text = new StringBuilder(
                "There are %d houses in a row, numbered 1 to %d from left to right. In each lives one of %s."
                        .formatted(clues.houses(), clues.houses(), String.join(", ", shown.get(0))));
        for (int category = 1; category < clues.categories(); category++) {
            text.append("\nEach has a different ")
                    .append(attributes.get(category - 1).noun)
                    .append(": ")
                    .append(String.join(", ", shown.get(category)))
                    .append('.');
        }
        for (Clue clue : clues.clues()) {
            text.append("\n- ").append(sentence(clue));
        }
        return text.append("\nWho lives in house ")
                .append(asked + 1)
                .append('?')
                .toString();
    }

    private String sentence(Clue clue) {
        String first = thing(clue.category(), clue.value());
        String second = thing(clue.otherCategory(), clue.otherValue());
        String sentence = switch (clue.kind()) {
            case FOUND -> first + " lives in house " + (clue.value() + 1) + ".";
            case SAME -> first + " is " + second + ".";
            case LEFT -> first + " lives directly left of " + second + ".";
            case BESIDE -> first + " lives next to " + second + ".";
        };
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
    }

    private String thing(int category, int value) {
        String word = words.get(category).get(value);
        return category == 0
                ? word
                : "the one who " + attributes.get(category - 1).phrase.formatted(word);
    }

    @Override
    public String gold() {
        return GoldJson.write(new ZebraGold(words.get(0).get(asked), shown.get(0)));
    }

    /** The houses from left to right, with all that is in them. */
    @Override
    public String sound() {
        var working = new StringBuilder();
        for (int house = 0; house < clues.houses(); house++) {
            int number = house;
            working.append("house ")
                    .append(house + 1)
                    .append(": ")
                    .append(words.stream().map(word -> word.get(number)).collect(Collectors.joining(", ")))
                    .append('\n');
        }
        return working + answer(words.get(0).get(asked));
    }

    @Override
    public String hasty(SplittableRandom random) {
        int other = (asked + random.nextInt(1, clues.houses())) % clues.houses();
        return "Just a guess.\n" + answer(words.get(0).get(other));
    }

    private static String answer(String name) {
        return "<answer>" + name + "</answer>";
    }
}

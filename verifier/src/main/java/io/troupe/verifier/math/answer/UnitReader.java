package io.troupe.verifier.math.answer;

import io.troupe.verifier.Fuel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the words of a unit: {@code m/s}, {@code cm^2}, {@code square meters}, {@code miles per hour}, {@code kg m s^-2}. */
final class UnitReader {

    private static final int MAX_POWER = 12;
    private static final int MAX_WORDS = 12;

    private final List<String> words;
    private final boolean anyNoun;
    private int position;

    private UnitReader(List<String> words, boolean anyNoun) {
        this.words = words;
        this.anyNoun = anyNoun;
    }

    /**
     * The unit that a text names.
     *
     * @param text words, powers, slashes
     * @param anyNoun whether a noun that is no unit counts its kind: apples
     * @param fuel pays for the characters
     */
    static Optional<Unit> read(String text, boolean anyNoun, Fuel fuel) {
        fuel.spend(text.length() + 1L);
        if (text.length() > 80) {
            return Optional.empty();
        }
        List<String> words = split(text);
        if (words.size() > MAX_WORDS || words.contains("not") || words.contains("no")) {
            return Optional.empty();
        }
        var reader = new UnitReader(words, anyNoun);
        Optional<Unit> unit = reader.product();
        return reader.position == reader.words.size() ? unit : Optional.empty();
    }

    private Optional<Unit> product() {
        Unit product = null;
        boolean divide = false;
        while (position < words.size()) {
            String word = words.get(position);
            if (word.equals("/") || word.equals("per") || (word.equals("a") && product != null)) {
                if (divide || product == null) {
                    return Optional.empty();
                }
                divide = true;
                position++;
                continue;
            }
            if (word.equals("*") || word.equals("of") || word.equals("the")) {
                position++;
                continue;
            }
            Optional<Unit> next = powered();
            if (next.isEmpty()) {
                return next;
            }
            Unit factor = divide ? next.get().power(-1) : next.get();
            product = product == null ? factor : product.times(factor);
            divide = false;
        }
        return divide ? Optional.empty() : Optional.ofNullable(product);
    }

    private Optional<Unit> powered() {
        int prefixPower = switch (words.get(position).toLowerCase(Locale.ROOT)) {
            case "square", "sq" -> 2;
            case "cubic", "cu" -> 3;
            default -> 1;
        };
        if (prefixPower > 1) {
            position++;
        }
        if (position == words.size()) {
            return Optional.empty();
        }
        Optional<Unit> unit = name(words.get(position));
        if (unit.isEmpty()) {
            return unit;
        }
        position++;
        return unit.map(u -> raise(u, prefixPower));
    }

    private Unit raise(Unit unit, int prefixPower) {
        int power = prefixPower;
        if (position < words.size()) {
            String next = words.get(position).toLowerCase(Locale.ROOT);
            int suffix = next.equals("squared") ? 2 : next.equals("cubed") ? 3 : exponent(next);
            if (suffix != 0) {
                power *= suffix;
                position++;
            }
        }
        return power == 1 ? unit : unit.power(power);
    }

    private static int exponent(String word) {
        if (!word.startsWith("^") || word.length() > 4 || word.length() < 2) {
            return 0;
        }
        try {
            int power = Integer.parseInt(word.substring(1));
            return Math.abs(power) > MAX_POWER ? 0 : power;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private Optional<Unit> name(String word) {
        if (word.equals("°") && position + 1 < words.size()) {
            Optional<Unit> scale = UnitTable.find(
                    "°" + words.get(position + 1).toUpperCase(Locale.ROOT).charAt(0));
            if (scale.isPresent() && words.get(position + 1).length() == 1) {
                position++;
                return scale;
            }
        }
        if (word.startsWith("degree") && position + 1 < words.size()) {
            Optional<Unit> scale = UnitTable.find(words.get(position + 1).toLowerCase(Locale.ROOT));
            if (scale.isPresent() && scale.get().offset().signum() != 0) {
                position++;
                return scale;
            }
        }
        Optional<Unit> known = UnitTable.find(word);
        if (known.isPresent() || !anyNoun || word.length() < 3 || !isWord(word)) {
            return known;
        }
        return Optional.of(Unit.counting(word.toLowerCase(Locale.ROOT)));
    }

    static boolean isWord(String word) {
        return !word.isEmpty() && word.chars().allMatch(Character::isLetter);
    }

    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = at + 1;
            if (Character.isLetter(c) || c == '¢') {
                while (end < text.length() && Character.isLetter(text.charAt(end))) {
                    end++;
                }
                words.add(text.substring(at, end));
            } else if (c == '^') {
                while (end < text.length() && "{}-0123456789".indexOf(text.charAt(end)) >= 0) {
                    end++;
                }
                words.add(text.substring(at, end).replace("{", "").replace("}", ""));
            } else if (c == '²' || c == '³') {
                words.add(c == '²' ? "^2" : "^3");
            } else if (c == '·' || c == '*') {
                words.add("*");
            } else if (c != '.' && !Character.isWhitespace(c) && c != '~' && c != '-') {
                words.add(String.valueOf(c));
            }
            at = end;
        }
        return words;
    }
}

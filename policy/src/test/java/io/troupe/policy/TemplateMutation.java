package io.troupe.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Makes bad templates: real ones damaged, words of the language in any order, programs that grow or never end, tags and brackets nested without end. */
final class TemplateMutation {

    private static final Pattern TOKEN = Pattern.compile("\\{[%{#]|[%}#]}|\\w+|\\s+|.", Pattern.DOTALL);
    private static final int MAX_LENGTH = 990_000;

    private static final List<String> WORDS =
            List.of(("{{ }} {% %} {# #} - + * / // % ** ~ ( ) [ ] { } < > = == != >= <= . : | , ; ' \" \\ "
                            + "if elif else endif for endfor in not is and or set endset macro endmacro call endcall filter endfilter with endwith recursive "
                            + "break continue raw endraw generation endgeneration include block true false none loop caller varargs kwargs namespace range dict "
                            + "raise_exception strftime_now messages message role content tools bos_token add_generation_prompt x ns m 0 1 2 0.5 10**9 1e308 "
                            + "9223372036854775807 99999999999999999999 0xff 'a' \"b\" '' '😀' '%s' '{}' loop.index loop.first messages[0] messages[1:] "
                            + "defined string mapping iterable upper trim tojson join length default replace indent")
                    .split(" "));

    private static final List<String> FILTERS = List.of(
            ("upper lower capitalize title string safe e wordcount trim tojson replace indent truncate center format "
                            + "default length int float abs round attr items first last list reverse join map select reject selectattr rejectattr sort dictsort unique "
                            + "min max sum batch groupby")
                    .split(" "));

    private static final List<String> METHODS = List.of(
            ("strip lstrip rstrip upper lower casefold title capitalize swapcase startswith endswith removeprefix "
                            + "removesuffix replace split rsplit splitlines partition rpartition join find rfind index rindex count ljust rjust center zfill isdigit "
                            + "isalpha isspace isupper islower istitle format get items keys values copy")
                    .split(" "));

    private static final List<String> VALUES = List.of(
            "0",
            "1",
            "-1",
            "7",
            "0.5",
            "4.9e-324",
            "1e308",
            "10**6",
            "10**9",
            "9223372036854775807",
            "(-9223372036854775807 - 1)",
            "2**62",
            "true",
            "none",
            "''",
            "'a'",
            "'x'",
            "'ab' * 1000",
            "'\\u0001\\n' * 100000",
            "'ß' * 100000",
            "'İ😀' * 100000",
            "'€' * 3000000",
            "'a' * 4000000 ~ 'b'",
            "'a' * 8000000",
            "' ' * 8000000",
            "'%9999.9999f'",
            "'%s{}{0}'",
            "'&<' * 4000000",
            "'length'",
            "'1' * 1000000",
            "[]",
            "[1, 'a', none]",
            "[9007199254740992, 9007199254740993, 9007199254740992.0] * 1000",
            "['ab' * 100000] * 100",
            "('a', 'b')",
            "range(10**9)",
            "range(10**6)|list",
            "{'a': 1, 'b': {'a': 2}}",
            "messages",
            "undefined_name",
            "ns",
            "ns.t");

    private static final List<String> SMALL = VALUES.stream()
            .filter(value -> !value.contains("000") && !value.contains("10**"))
            .toList();

    private static final List<String> OPERATORS = List.of(
            "+", "-", "*", "/", "//", "%", "**", "~", "==", "<", ">=", "in", "not in", "and", "or", "if 1 else");

    private static final List<String> NESTED = List.of(
            "(",
            "[",
            "{",
            "-",
            "+",
            "not ",
            "x(",
            "x[",
            "{1:",
            "1 if 1 else ",
            "1 + ",
            "1 ~ ",
            "1 and ",
            "1 == ",
            "1, ",
            "2 ** ",
            "x|map('",
            "'a' ",
            "[],");

    private static final List<String> TRAILING = List.of(
            ".a",
            "[0]",
            "()",
            "|trim",
            " is defined",
            " if 1 else 1",
            " + 1",
            " ~ 1",
            " or 0",
            " in x",
            " < 1",
            ", 1",
            "|list|first");

    private static final List<String> BLOCKS = List.of(
            "{% if 1 %}",
            "{% elif 1 %}",
            "{% else %}",
            "{% for x in [1, 2] %}",
            "{% for x in [1] recursive %}",
            "{% with %}",
            "{% with x = 1 %}",
            "{% macro m() %}",
            "{% call m() %}",
            "{% filter trim %}",
            "{% set x %}",
            "{% generation %}",
            "{% raw %}",
            "{#",
            "{{",
            "{% endif %}",
            "{{ m() }}{% macro m() %}");

    private final SplittableRandom random;

    TemplateMutation(SplittableRandom random) {
        this.random = random;
    }

    /** A real template with words changed, repeated, moved or missing. */
    String damaged(String template) {
        var tokens = new ArrayList<String>();
        var matcher = TOKEN.matcher(template);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        for (int changes = 1 + random.nextInt(3); changes > 0 && !tokens.isEmpty(); changes--) {
            int at = random.nextInt(tokens.size());
            int end = Math.min(tokens.size(), at + 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 3));
            List<String> part = List.copyOf(tokens.subList(at, end));
            switch (random.nextInt(7)) {
                case 0 -> tokens.subList(at, end).clear();
                case 1 -> tokens.addAll(random.nextInt(tokens.size()), part);
                case 2 -> tokens.add(at, one(WORDS));
                case 3 -> tokens.set(at, "(" + value() + ")");
                case 4 -> tokens.add(end, random.nextBoolean() ? "|" + filter() : "." + method());
                case 5 -> tokens.set(at, tokens.get(at).repeat(1 + random.nextInt(2000)));
                default -> tokens.set(at, one(WORDS));
            }
        }
        String text = String.join("", tokens);
        return random.nextInt(20) == 0 ? text.substring(0, random.nextInt(text.length() + 1)) : text;
    }

    /** Words of the language in any order within tags; half of the time in an order that can be read. */
    String soup() {
        var text = new StringBuilder();
        for (int tags = 1 + random.nextInt(3); tags > 0; tags--) {
            boolean block = random.nextInt(3) == 0;
            boolean readable = random.nextBoolean();
            text.append(block ? "{% " : "{{ ").append(block && readable ? "set m = " : "");
            for (int words = 1 + random.nextInt(readable ? 4 : 12); words > 0; words--) {
                text.append(readable ? operand(words > 1) : one(WORDS)).append(random.nextInt(5) == 0 ? "" : " ");
            }
            text.append(block ? " %}" : " }}");
        }
        return text.toString();
    }

    private String operand(boolean more) {
        String operand = one(SMALL);
        operand = switch (random.nextInt(3)) {
            case 0 -> "(" + operand + ")|" + one(FILTERS) + (random.nextBoolean() ? "" : "(" + one(SMALL) + ")");
            case 1 -> "(" + operand + ")." + one(METHODS) + "(" + (random.nextBoolean() ? "" : one(SMALL)) + ")";
            default -> "(" + operand + ")";
        };
        return operand + (more ? " " + one(OPERATORS) : "");
    }

    /** A program that changes a value over and over. */
    String program() {
        String first = value();
        String rounds = random.nextInt(3) == 0 ? "3" : random.nextInt(3) == 0 ? "100" : "10**9";
        String step = "ns.t";
        for (int parts = 1 + random.nextInt(2); parts > 0; parts--) {
            step = step(step);
        }
        return switch (random.nextInt(8)) {
            case 0 -> "{{ (" + first + ")|" + filter() + " }}";
            case 1 -> "{{ (" + first + ")." + method() + " }}";
            case 2 ->
                "{{ (" + first + ") " + one(List.of("+", "*", "%", "~", "in", "<", "==", "//", "**")) + " (" + value()
                        + ") }}";
            case 3 ->
                "{% macro m(n) %}{% set x = (" + first + ")|" + filter()
                        + " %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}";
            case 4 ->
                "{% for a in range(" + rounds + ") %}{% for b in range(" + rounds + ") %}{{ (" + first + ")|" + filter()
                        + " }}{% endfor %}{% endfor %}";
            default ->
                "{% set ns = namespace(t=" + first + ") %}{% for i in range(" + rounds + ") %}{% set ns.t = " + step
                        + " %}{% endfor %}{{ ns.t }}";
        };
    }

    private String step(String of) {
        return switch (random.nextInt(9)) {
            case 0 -> "(" + of + ")|" + filter();
            case 1 -> "(" + of + ")." + method();
            case 2 -> "(" + of + " ~ " + of + ")";
            case 3 -> "(" + of + " + " + of + ")";
            case 4 -> "(" + of + " * " + value() + ")";
            case 5 -> "[" + of + ", " + of + "]";
            case 6 -> "{'a': " + of + "}";
            case 7 -> "(" + of + ")[" + value() + ":" + value() + ":" + one(List.of("1", "-1", "2", value())) + "]";
            default -> "((" + of + ")|" + filter() + ")|" + filter();
        };
    }

    /** One thing within another a hundred thousand times. */
    String nested() {
        int wanted = random.nextInt(3) == 0 ? random.nextInt(300) : 100_000;
        switch (random.nextInt(3)) {
            case 0 -> {
                String opening = one(NESTED);
                return "{{ " + opening.repeat(times(wanted, opening)) + "1 }}";
            }
            case 1 -> {
                String trailing = one(TRAILING);
                return "{{ x" + trailing.repeat(times(wanted, trailing)) + " }}";
            }
            default -> {
                String block = one(BLOCKS) + (random.nextInt(4) == 0 ? one(BLOCKS) : "");
                return block.repeat(times(wanted, block));
            }
        }
    }

    private static int times(int wanted, String piece) {
        return Math.min(wanted, MAX_LENGTH / piece.length());
    }

    private String filter() {
        return one(FILTERS) + arguments();
    }

    private String method() {
        String arguments = arguments();
        return one(METHODS) + (arguments.isEmpty() ? "()" : arguments);
    }

    private String arguments() {
        int count = random.nextInt(4);
        var given = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            given.add(value());
        }
        return count == 0 ? "" : "(" + String.join(", ", given) + ")";
    }

    private String value() {
        return one(VALUES);
    }

    private String one(List<String> list) {
        return list.get(random.nextInt(list.size()));
    }
}

package io.troupe.verifier;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Texts that no grader expects: noise, broken LaTeX, depth, towers of exponents, length. The same seed gives the same text.
 *
 * @param kind what it is, in a few words
 * @param text the text
 */
record FuzzedText(String kind, String text) {

    private static final int HUGE = 10_000_000;
    private static final int DEEP = 100_000;
    private static final List<String> OPENING = List.of(
            "{",
            "(",
            "[",
            "\\frac{",
            "\\sqrt{",
            "\\left(",
            "\\boxed{",
            "x^{",
            "a_{",
            "|",
            "\\{",
            "-",
            "\\text{",
            "$",
            "\\begin{pmatrix}",
            "\\lfloor ",
            "f(",
            "\\frac1",
            "\\sqrt",
            "\\sin ",
            "1+(",
            "<answer>",
            "[[",
            "{\"a\":[",
            "~(");
    private static final List<String> CLOSING = List.of(
            "}",
            ")",
            "]",
            "}{2}",
            "}",
            "\\right)",
            "}",
            "}",
            "}",
            "|",
            "\\}",
            "1",
            "}",
            "$",
            "\\end{pmatrix}",
            "\\rfloor ",
            ")",
            "2",
            "2",
            "x",
            ")",
            "</answer>",
            "]]",
            "]}",
            ")");
    private static final List<String> TOWERS = List.of(
            "9^9^9^9^9^9",
            "9^{9^{9^{9^{9}}}}",
            "((((9!)!)!)!)!",
            "9!!!!!!!!!!",
            "10^{10^{10^{10}}}",
            "2^{-10^{12}}",
            "\\binom{10^{12}}{5\\cdot10^{11}}",
            "\\sum_{k=1}^{10^{15}} k^{k}",
            "1e999999999",
            "0.\\overline{142857}^{99999}",
            "\\prod_{k=1}^{10^9}k!",
            "(1+10^{-9})^{10^{12}}",
            "\\sqrt[10^9]{2}",
            "\\frac{1}{10^{10^{10}}}",
            "(x+y+z+w+1)^{9999}",
            "\\gcd(10^{999999},7^{999999})",
            "\\sin(10^{10^{10}})",
            "e^{e^{e^{e^{9}}}}",
            "Z_{36}ZZZZZZ_{36}",
            "-9^{-9^{-9^{9}}}",
            "\\log_{1.0000001}(10^{9999})",
            "(\\sqrt2+\\sqrt3+\\sqrt5+\\sqrt7+\\sqrt{11})^{64}",
            "x^{x^{x^{x^{x}}}}",
            "\\pm1\\pm1\\pm1\\pm1\\pm1\\pm1\\pm1\\pm1\\pm1\\pm1\\pm1\\pm1",
            "\\{1\\pm2,3\\pm4,5\\pm6,7\\pm8,9\\pm1\\}",
            "1.7976931348623157e308*1e308",
            "\\frac{x^{200}-1}{x-1}",
            "|||||x|||||<|||||y|||||");
    private static final List<String> TOKENS = List.of(
            "\\frac",
            "\\sqrt",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "^",
            "_",
            "\\left",
            "\\right",
            "|",
            "$",
            "$$",
            "\\boxed",
            "\\pm",
            "\\cup",
            "\\setminus",
            "\\infty",
            "=",
            "<",
            "\\le",
            ",",
            ";",
            "1",
            "23",
            "0.5",
            "x",
            "y",
            "e",
            "\\pi",
            "\\text{and}",
            " or ",
            "\\begin{pmatrix}",
            "\\end{pmatrix}",
            "&",
            "\\\\",
            "\\%",
            "^\\circ",
            "!",
            "\\binom",
            "\\log",
            "\\sin",
            "\\in",
            "\\mathbb{R}",
            "\\overline{3}",
            "\\cdot",
            "/",
            "-",
            "+",
            "\\ ",
            "\\",
            "#### ",
            "answer",
            " is ",
            "Answer:",
            "<answer>",
            "</answer>",
            "</think>",
            "cm",
            "\\sum_{k=1}^{",
            "\\int",
            "knight",
            " is a ",
            "\n",
            "\"",
            "not",
            "->",
            "\\choose");

    /** A text of any kind; heavy ones are rare, but among the first dozen all occur. */
    static FuzzedText of(long index, SplittableRandom random, List<String> samples) {
        long turn = index % 50_000;
        if (turn < 8) {
            return huge((int) turn, random, samples);
        }
        if (index < OPENING.size() || index % 997 == 0) {
            return nested(random, DEEP);
        }
        return switch (random.nextInt(8)) {
            case 0 -> noise(random);
            case 1 -> unicode(random);
            case 2 -> nested(random, 1 + random.nextInt(300));
            case 3 -> new FuzzedText("tower", TOWERS.get(random.nextInt(TOWERS.size())));
            case 4 -> tokens(random);
            case 5 -> mutated(random, TOWERS.get(random.nextInt(TOWERS.size())), "mutated tower");
            default -> mutated(random, samples.get(random.nextInt(samples.size())), "mutated answer");
        };
    }

    /** The text as an answer is given, or as it is. */
    FuzzedText presented(SplittableRandom random) {
        String presented = switch (random.nextInt(8)) {
            case 0 -> "so \\boxed{" + text + "}";
            case 1 -> "<think>hm</think><answer>" + text + "</answer>";
            case 2 -> "The answer is $" + text + "$.";
            case 3 -> "#### " + text;
            case 4 -> "Answer: " + text;
            case 5 -> "<answer>" + text;
            default -> text;
        };
        return new FuzzedText(kind, presented);
    }

    private static FuzzedText noise(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return new FuzzedText(
                "random bytes",
                new String(bytes, random.nextBoolean() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
    }

    private static FuzzedText unicode(SplittableRandom random) {
        var text = new StringBuilder();
        for (int k = random.nextInt(80); k >= 0; k--) {
            if (random.nextInt(6) == 0) {
                text.append((char) random.nextInt(0xd800, 0xe000));
            } else {
                text.appendCodePoint(random.nextInt(0x2fff));
            }
        }
        return new FuzzedText("unicode with broken surrogates", text.toString());
    }

    private static FuzzedText nested(SplittableRandom random, int depth) {
        int which = random.nextInt(OPENING.size());
        String open = OPENING.get(which).repeat(depth);
        String text = switch (random.nextInt(3)) {
            case 0 -> open;
            case 1 -> open + "1" + CLOSING.get(which).repeat(depth);
            default -> open + "x" + CLOSING.get(random.nextInt(CLOSING.size())).repeat(random.nextInt(depth + 1));
        };
        return new FuzzedText("'" + OPENING.get(which) + "' " + depth + " deep", text);
    }

    private static FuzzedText tokens(SplittableRandom random) {
        var text = new StringBuilder();
        for (int k = random.nextInt(40); k >= 0; k--) {
            text.append(TOKENS.get(random.nextInt(TOKENS.size())));
        }
        return new FuzzedText("unbalanced tokens", text.toString());
    }

    private static FuzzedText mutated(SplittableRandom random, String sample, String kind) {
        var text = new StringBuilder(sample.length() > 400 ? sample.substring(sample.length() - 400) : sample);
        for (int k = random.nextInt(6); k >= 0; k--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, TOKENS.get(random.nextInt(TOKENS.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
                case 2 -> text.insert(at, (char) (' ' + random.nextInt(95)));
                case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(12))));
                default -> text.insert(at, random.nextInt(1_000_000));
            }
        }
        return new FuzzedText(kind, text.toString());
    }

    private static FuzzedText huge(int which, SplittableRandom random, List<String> samples) {
        String part = switch (which) {
            case 0 -> "9";
            case 1 -> "\\frac{1}{2}+";
            case 2 -> "\\boxed{";
            case 3 -> " the answer is 5 or";
            case 4 -> "<answer>1</answer>";
            case 5 -> "$";
            case 6 -> TOKENS.get(random.nextInt(TOKENS.size()));
            default -> samples.get(random.nextInt(samples.size())) + " ";
        };
        int times = HUGE / Math.max(1, part.length());
        return new FuzzedText("10 MB of '" + part.substring(0, Math.min(20, part.length())) + "'", part.repeat(times));
    }
}

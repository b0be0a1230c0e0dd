package io.troupe.verifier.math.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnswerFuzzIT {

    private static final int INPUTS = 50_000;
    private static final int TEXTS = Integer.getInteger("troupe.fuzz.answers", 6_000);
    private static final long SEED = Long.getLong("troupe.fuzz.seed", 7);
    private static final long FUEL = 200_000;
    private static final String[] PIECES = {
        "{",
        "}",
        "\\frac",
        "\\sqrt",
        "^",
        "_",
        "(",
        ")",
        "[",
        "]",
        "\\{",
        "\\}",
        "|",
        ",",
        "9",
        "^9^9",
        "!",
        "\\left",
        "\\right",
        "\\text{",
        "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "&",
        "\\\\",
        "=",
        "<",
        "\\cup",
        "\\pm",
        "-",
        "+",
        "*",
        "/",
        "e",
        "i",
        "x",
        "\\sin",
        "\\arctan",
        "\\tan",
        "\\ln",
        "947!",
        "10^{300}",
        "e^{700}",
        "\\log_",
        "%",
        "°",
        "\\circ",
        "1e9",
        "e999",
        "0.\\overline{",
        "\\sum_{k=1}^{",
        "\\binom{",
        "$",
        "\0",
        "π",
        "\uD83D",
        "cm",
        " ",
        "\\pmod",
        "\\in",
        "\\mathbb{R}",
        ":",
        "\\lfloor",
        "!!"
    };

    @Test
    void mutatedAnswersGiveADecisionOrASyntaxErrorAndNothingElse() throws IOException {
        List<String> seeds = seeds();
        var random = new SplittableRandom(7);
        int read = 0;
        Answer before = null;
        for (int k = 0; k < INPUTS; k++) {
            String text = mutated(seeds, random);
            try {
                Answer answer = AnswerParser.parse(text, new Fuel(FUEL));
                read++;
                if (before != null) {
                    Decision decision = AnswerEquality.decide(before, answer, Policies.strict(), new Fuel(FUEL));
                    assertThat(decision.rule()).as(text).isNotBlank();
                }
                before = answer;
            } catch (AnswerSyntaxException e) {
                assertThat(e.getMessage()).as(text).contains("at character");
            } catch (FuelExhaustedException e) {
                assertThat(e).as(text).hasMessageContaining("budget");
            }
        }
        assertThat(read).isBetween(INPUTS / 10, INPUTS);
    }

    /** Whatever a text means, it is not two different numbers. How many texts is the system property {@code troupe.fuzz.answers}. */
    @Test
    void noTextIsEqualToTwoNumbers() throws Exception {
        List<String> seeds = seeds();
        var random = new SplittableRandom(SEED);
        List<Answer> numbers = new ArrayList<>();
        for (String number : List.of("7.25", "\\sqrt{3}", "-10^{9}", "0")) {
            numbers.add(AnswerParser.parse(number, new Fuel(FUEL)));
        }
        List<String> wrong = new ArrayList<>();
        for (int k = 0; k < TEXTS; k++) {
            String text = mutated(seeds, random);
            int equal = 0;
            try {
                Answer answer = AnswerParser.parse(text, new Fuel(FUEL));
                for (Answer number : numbers) {
                    Decision decision = AnswerEquality.decide(number, answer, Policies.strict(), new Fuel(FUEL));
                    equal += decision.result() == Decision.Result.EQUAL ? 1 : 0;
                }
            } catch (AnswerSyntaxException | FuelExhaustedException e) {
                continue; // the other test has those
            }
            if (equal > 1) {
                wrong.add(text);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static List<String> seeds() throws IOException {
        List<String> seeds = new ArrayList<>();
        try (InputStream in = AnswerFuzzIT.class.getResourceAsStream("pairs.txt")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line ->
                            seeds.addAll(List.of(line.split(" \\|\\|\\| ")).subList(1, 3)));
        }
        return seeds;
    }

    private static String mutated(List<String> seeds, SplittableRandom random) {
        var text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
        for (int change = random.nextInt(5); change > 0; change--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                case 1 -> text.delete(at, Math.min(at + 1, text.length()));
                case 2 -> text.insert(at, seeds.get(random.nextInt(seeds.size())));
                default -> text.insert(at, (char) random.nextInt(random.nextInt(4) == 0 ? 0x10000 : 0x7f));
            }
        }
        return text.toString();
    }
}

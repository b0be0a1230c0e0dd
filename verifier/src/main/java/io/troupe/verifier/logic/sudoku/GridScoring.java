package io.troupe.verifier.logic.sudoku;

import io.troupe.verifier.Fuel;
import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.logic.GoldJson;
import io.troupe.verifier.logic.Marks;
import io.troupe.verifier.logic.ReasoningGym;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Judges grids. Pure functions, safe for any thread. */
final class GridScoring {

    static final String GOLD_FORMAT = "JSON with the puzzle and its solution, row by row, '.' for an empty cell:"
            + " {\"puzzle\": \"1.344.12.1434.2.\", \"solution\": \"1234341221434321\"}; 81 characters each for a side of 9";

    /** What a partly right grid is worth at most, and a right one in another format: {@code reasoning_gym/games/sudoku.py}. */
    private static final double LOOSE_FORMAT = 0.9;

    private static final int LONGEST = 1_000;

    private GridScoring() {}

    /**
     * 1 for the solution, 0 for anything else. The answer is a row a line: digits, with or without blanks between them, and nothing besides.
     *
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    static Verdict strict(int side, String gold, String text, Fuel fuel) {
        return read(side, gold)
                .map(right -> Marks.strictly(text, LONGEST, fuel, answer -> strict(right, answer)))
                .orElseGet(() -> Marks.unreadableGold(GOLD_FORMAT, gold));
    }

    private static Verdict strict(GridGold right, String answer) {
        String cells = answer.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.replaceAll("[ \t\r]", ""))
                .collect(Collectors.joining("\n"));
        int side = right.full().side();
        if (!Arrays.stream(cells.split("\n", -1)).allMatch(row -> row.length() == side)) {
            return Marks.unreadable(answer, "the answer must be " + side + " rows of " + side + " digits");
        }
        Grid given;
        try {
            given = new Grid(cells.replace("\n", ""));
        } catch (IllegalArgumentException e) {
            return Marks.unreadable(answer, "the answer must be " + side + " rows of " + side + " digits");
        }
        if (!given.full() || given.side() != side) {
            return Marks.unreadable(answer, "the answer must be " + side + " rows of " + side + " digits");
        }
        if (!given.keeps(right.givens())) {
            return Marks.wrong(answer, "a given digit was changed");
        }
        return given.equals(right.full())
                ? Marks.right(answer, "every cell is right")
                : Marks.wrong(answer, "a cell is wrong");
    }

    /**
     * The rewards of reasoning-gym: 1 for the solution's text, 0.9 times the share of right cells otherwise, and either times the gold's share of the
     * length if the answer is longer. Rows are the lines with as many digits as the grid has columns, whatever else stands in them.
     *
     * @throws FuelExhaustedException if the text is longer than the fuel reaches
     */
    static Verdict reasoningGym(int side, String gold, String text, Fuel fuel) {
        return read(side, gold)
                .map(right -> reasoningGym(right.full(), ReasoningGym.answer(text, fuel)))
                .orElseGet(() -> Marks.unreadableGold(GOLD_FORMAT, gold));
    }

    private static Verdict reasoningGym(Grid solution, Optional<String> found) {
        if (found.isEmpty() || found.get().isEmpty()) {
            return Marks.of(Outcome.NO_ANSWER, 0, null, "no answer");
        }
        String answer = found.get();
        String right = solution.text();
        String stripped = Arrays.stream(answer.split("\n", -1))
                .map(ReasoningGym::stripEnd)
                .collect(Collectors.joining("\n"));
        int matching = solution.size();
        double reward = 1;
        if (!stripped.equals(right)) {
            matching = matching(solution, answer);
            reward = LOOSE_FORMAT * matching / solution.size();
        }
        if (ReasoningGym.length(answer) > right.length()) {
            reward *= (double) right.length() / ReasoningGym.length(answer);
        }
        Outcome outcome = matching == solution.size() ? Outcome.CORRECT : Outcome.WRONG;
        return Marks.of(outcome, reward, answer, matching + " of " + solution.size() + " cells are right");
    }

    private static int matching(Grid solution, String answer) {
        int row = 0;
        int matching = 0;
        for (String line : answer.split("\n", -1)) {
            if (row == solution.side()) {
                break;
            }
            String digits = line.chars()
                    .filter(c -> c >= '1' && c <= '9')
                    .mapToObj(c -> String.valueOf((char) c))
                    .collect(Collectors.joining());
            if (digits.length() == solution.side()) {
                for (int column = 0; column < solution.side(); column++) {
                    matching += solution.digit(row * solution.side() + column) == digits.charAt(column) - '0' ? 1 : 0;
                }
                row++;
            }
        }
        return matching;
    }

    private static Optional<GridGold> read(int side, String gold) {
        return GoldJson.read(gold, GridGold.class).filter(read -> read.full().side() == side);
    }
}

package io.troupe.verifier.math.grading;

import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The graders of mathematical answers, by {@link Profile}. Stateless, safe for any thread.
 *
 * <table>
 * <caption>Rewards, as the component {@code answer}</caption>
 * <tr><td>strict, math-verify, hendrycks, gsm8k</td><td>1 if right, 0 otherwise</td></tr>
 * <tr><td>minerva</td><td>1 if right, -1 otherwise</td></tr>
 * </table>
 */
public final class MathGraders implements GraderProvider {

    /** Enough for every answer of the suite a hundred times over; used up in a few milliseconds. */
    private static final long BUDGET = 2_000_000;

    /** How a text is read and when an answer is right. */
    public enum Profile {
        /** Anchored answers, mathematical equality. */
        STRICT,
        /** As Math-Verify reads and compares. */
        MATH_VERIFY,
        /** The last box, compared by spelling as MATH's graders do. */
        HENDRYCKS,
        /** {@code Answer:} within the last 300 characters, compared by spelling as Minerva and DAPO do. */
        MINERVA,
        /** {@code #### } within the last 300 characters, compared as verl does. */
        GSM8K;

        /** The name in configurations. */
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The graders; found by the service loader. */
    public MathGraders() {}

    @Override
    public String id() {
        return "math";
    }

    @Override
    public String summary() {
        return "a mathematical answer in LaTeX or plain text, equal to the gold";
    }

    @Override
    public String goldFormat() {
        return "an answer in LaTeX or plain text, such as \\frac{1}{2}, $x=3$ or (1,2]; or a solution that holds \\boxed{}";
    }

    @Override
    public List<String> profiles() {
        return Stream.of(Profile.values()).map(Profile::id).toList();
    }

    @Override
    public Grader grader(String profile) {
        Profile known = Stream.of(Profile.values())
                .filter(each -> each.id().equals(profile))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "math has no profile '" + profile + "'. Known: " + String.join(", ", profiles())));
        return switch (known) {
            case STRICT -> new StrictGrading();
            case MATH_VERIFY -> new MathVerifyGrading();
            case HENDRYCKS -> new HendrycksGrading();
            case MINERVA -> new MinervaGrading();
            case GSM8K -> new PeerGsm8kGrading();
        };
    }

    @Override
    public long budget() {
        return BUDGET;
    }
}

package io.troupe.verifier.math.grading;

import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import java.util.List;

/** The graders of GSM8K's word problems: {@code strict} reads the number after {@code ####}, {@code flexible} the last number. Stateless, safe for any thread. */
public final class Gsm8kGraders implements GraderProvider {

    private static final String FLEXIBLE = "flexible";
    private static final long BUDGET = 1_000_000;

    /** The graders; found by the service loader. */
    public Gsm8kGraders() {}

    @Override
    public String id() {
        return "gsm8k";
    }

    @Override
    public String summary() {
        return "a number by its value: the one after the last ####, or the last one of the text";
    }

    @Override
    public String goldFormat() {
        return "a number, such as 1,080, or GSM8K's own solution that ends with '#### 1,080'";
    }

    @Override
    public List<String> profiles() {
        return List.of(ONLY_PROFILE, FLEXIBLE);
    }

    @Override
    public Grader grader(String profile) {
        return switch (profile) {
            case ONLY_PROFILE -> new Gsm8kGrading(false);
            case FLEXIBLE -> new Gsm8kGrading(true);
            default ->
                throw new IllegalArgumentException("gsm8k has no profile '" + profile + "'. Known: " + profiles());
        };
    }

    @Override
    public long budget() {
        return BUDGET;
    }
}

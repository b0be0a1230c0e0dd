package org.example.mastermind;

import io.troupe.verifier.Environment;
import io.troupe.verifier.EnvironmentDefinition;
import io.troupe.verifier.Message;
import io.troupe.verifier.OptionDefault;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import java.util.List;
import java.util.SplittableRandom;

/** Find a secret code of digits. Each guess is answered by how many digits are right and in place, and how many are right elsewhere. */
@EnvironmentDefinition(
        id = "example/mastermind",
        summary = "find a secret code by guesses",
        maxLevel = 4,
        levelMeaning = "codes of level + 1 digits",
        options = Mastermind.Options.class)
public final class Mastermind implements Environment {

    /**
     * What a configuration may say about it.
     *
     * @param guesses how many guesses there are
     * @param digits how many different digits a code is made of, 2 to 10
     */
    public record Options(@OptionDefault("6") int guesses, @OptionDefault("6") int digits) {
        public Options {
            if (guesses < 1) {
                throw new IllegalArgumentException("guesses must be at least 1, not " + guesses);
            }
            if (digits < 2 || digits > 10) {
                throw new IllegalArgumentException("digits must be 2 to 10, not " + digits);
            }
        }
    }

    private final Options options;
    private String secret = "";
    private int left;

    /** With the usual options. */
    public Mastermind() {
        this(new Options(6, 6));
    }

    /** With options from a configuration. */
    public Mastermind(Options options) {
        this.options = options;
    }

    @Override
    public List<Message> reset(Task task, long seed) {
        secret = code(task.level() + 1, seed);
        left = options.guesses();
        // The opening must tell tasks apart, so that training and evaluation share none: it gives one digit away.
        int shown = (int) Math.floorMod(seed, secret.length());
        return List.of(Message.user("Find my code of " + secret.length() + " digits from 0 to " + (options.digits() - 1)
                + ". Digit " + (shown + 1) + " is " + secret.charAt(shown) + ". Answer with <guess>CODE</guess>. You have "
                + left + " guesses. Game " + Long.toUnsignedString(seed, 36) + "."));
    }

    @Override
    public StepResult step(String action) {
        if (left < 1) {
            throw new IllegalStateException("no episode is open: reset first");
        }
        String guess = guess(action);
        left--;
        if (guess.equals(secret)) {
            return over(Outcome.CORRECT, guess, "the code was found");
        }
        if (left == 0) {
            boolean read = guess.length() == secret.length();
            return over(read ? Outcome.WRONG : Outcome.UNPARSABLE_ANSWER, guess, "the guesses are used up");
        }
        String hint = guess.length() == secret.length()
                ? inPlace(guess) + " in place, " + elsewhere(guess) + " elsewhere."
                : "I need <guess>" + secret.length() + " digits</guess>.";
        return new StepResult.Continue(List.of(Message.user(hint + " " + left + " left.")));
    }

    @Override
    public Verdict truncated(String reason) {
        left = 0;
        return verdict(Outcome.NO_ANSWER, null, reason);
    }

    @Override
    public void close() {
        left = 0;
    }

    /** The code of a seed; the test plays with it. */
    String code(int length, long seed) {
        var random = new SplittableRandom(seed);
        var code = new StringBuilder();
        for (int i = 0; i < length; i++) {
            code.append((char) ('0' + random.nextInt(options.digits())));
        }
        return code.toString();
    }

    private StepResult over(Outcome outcome, String guess, String rule) {
        StepResult result = new StepResult.Done(verdict(outcome, guess, rule));
        left = 0;
        return result;
    }

    private Verdict verdict(Outcome outcome, String guess, String rule) {
        double found = outcome == Outcome.CORRECT ? 1 : 0;
        double quick = found * 0.1 * left;
        return Verdict.of(
                        outcome,
                        List.of(new RewardComponent("found", found), new RewardComponent("quick", quick)),
                        guess,
                        rule)
                .withMetrics(List.of(new RewardComponent("guesses", options.guesses() - left)));
    }

    private static String guess(String action) {
        int end = action.lastIndexOf("</guess>");
        int start = end < 0 ? -1 : action.lastIndexOf("<guess>", end);
        return start < 0 ? "" : action.substring(start + "<guess>".length(), end).strip();
    }

    private int inPlace(String guess) {
        int count = 0;
        for (int i = 0; i < secret.length(); i++) {
            count += guess.charAt(i) == secret.charAt(i) ? 1 : 0;
        }
        return count;
    }

    private int elsewhere(String guess) {
        int both = 0;
        for (char digit = '0'; digit <= '9'; digit++) {
            both += Math.min(count(guess, digit), count(secret, digit));
        }
        return both - inPlace(guess);
    }

    private static int count(String text, char digit) {
        return (int) text.chars().filter(each -> each == digit).count();
    }
}

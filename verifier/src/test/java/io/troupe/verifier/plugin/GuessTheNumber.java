package io.troupe.verifier.plugin;

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

/** An environment that is a family by itself: no generator, no grader, no tokens. */
@EnvironmentDefinition(
        id = "test/guess",
        summary = "guess a number by hints",
        maxLevel = 3,
        levelMeaning = "numbers up to 1000 to the power of the level",
        options = GuessTheNumber.Options.class)
public final class GuessTheNumber implements Environment {

    /** How many guesses there are. */
    public record Options(@OptionDefault("4") int guesses) {
        public Options {
            if (guesses < 1) {
                throw new IllegalArgumentException("guesses must be >= 1, not " + guesses);
            }
        }
    }

    private final Options options;
    private long secret;
    private int left;

    public GuessTheNumber() {
        this(new Options(4));
    }

    public GuessTheNumber(Options options) {
        this.options = options;
    }

    @Override
    public List<Message> reset(Task task, long seed) {
        var random = new SplittableRandom(seed);
        long bound = (long) Math.pow(1000, task.level());
        secret = random.nextLong(bound);
        left = options.guesses();
        long near = secret + random.nextLong(7) - 3;
        return List.of(Message.user("Guess my number. It is near " + near + "."));
    }

    @Override
    public StepResult step(String action) {
        left--;
        if (action.strip().equals(Long.toString(secret))) {
            return done(Outcome.CORRECT, 1);
        }
        return left > 0 ? new StepResult.Continue(List.of(Message.user("No."))) : done(Outcome.WRONG, 0);
    }

    @Override
    public Verdict truncated(String reason) {
        return Verdict.of(Outcome.NO_ANSWER, List.of(new RewardComponent("found", 0)), null, reason);
    }

    @Override
    public void close() {}

    private static StepResult done(Outcome outcome, double reward) {
        return new StepResult.Done(
                Verdict.of(outcome, List.of(new RewardComponent("found", reward)), null, "the number is compared"));
    }

    long secret() {
        return secret;
    }
}

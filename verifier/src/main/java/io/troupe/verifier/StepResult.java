package io.troupe.verifier;

import java.util.List;

/** What an environment answers to a turn of the policy. */
public sealed interface StepResult {

    /**
     * The episode goes on: the policy sees the observation and takes another turn.
     *
     * @param observation what the environment says, at least one message
     */
    record Continue(List<Message> observation) implements StepResult {
        public Continue {
            observation = List.copyOf(observation);
            if (observation.isEmpty()) {
                throw new IllegalArgumentException("an episode that goes on needs an observation");
            }
        }
    }

    /**
     * The episode is over.
     *
     * @param verdict how it was judged
     */
    record Done(Verdict verdict) implements StepResult {}
}

package io.troupe.learner;

import io.troupe.learner.objective.ObjectiveSettings;
import io.troupe.policy.Policy;

/** Whether a policy has what an objective is made of. */
public final class PolicyFitness {

    private PolicyFitness() {}

    /**
     * Checks that a policy has the likelihood that an objective needs.
     *
     * @throws IllegalArgumentException if it has not, with the reason
     */
    public static void require(Policy policy, ObjectiveSettings objective) {
        boolean bound = objective.likelihood().isBound();
        boolean diffusion = policy.config().diffusion() != null;
        String named =
                policy.directory().path() + " (model_type " + policy.config().modelType() + ")";
        if (bound && !diffusion) {
            throw new IllegalArgumentException(
                    "objective " + objective.name()
                            + " with likelihood.kind = evidence-bound is for masked diffusion policies, but " + named
                            + " predicts the next token and knows the likelihood itself; use objective.name = espo-sequence, or another objective");
        }
        if (!bound && diffusion) {
            throw new IllegalArgumentException("objective " + objective.name()
                    + " with likelihood.kind = tokens needs the probability of each token given those before it, but "
                    + named + " is a masked diffusion policy, which has none; use objective.name = espo");
        }
    }
}

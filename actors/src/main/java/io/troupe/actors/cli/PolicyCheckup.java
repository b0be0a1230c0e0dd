package io.troupe.actors.cli;

import io.troupe.actors.cli.Checkup.Finding;
import io.troupe.actors.cli.Checkup.State;
import io.troupe.actors.config.TroupeSettings;
import io.troupe.actors.node.MemoryNeeds;
import io.troupe.learner.PolicyFitness;
import io.troupe.policy.ModelConfig;
import io.troupe.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks at a policy and at what a run with it takes in memory. */
final class PolicyCheckup {

    private PolicyCheckup() {}

    static List<Finding> of(TroupeSettings settings, Policy policy) {
        ModelConfig config = policy.config();
        var findings = new ArrayList<Finding>();
        findings.add(new Finding(
                "policy",
                State.OK,
                String.format(
                        Locale.ROOT,
                        "%s, %.1f million parameters, %d layers, vocabulary of %d, %d positions, %s",
                        config.modelType(),
                        policy.parameters() / 1e6,
                        config.layers(),
                        config.vocabularySize(),
                        config.maxPositions(),
                        settings.policy().precision().name().toLowerCase(Locale.ROOT)),
                ""));
        try {
            PolicyFitness.require(policy, settings.objective());
        } catch (IllegalArgumentException e) {
            findings.add(
                    new Finding("objective", State.MISSING, e.getMessage(), "say objective.name = … for this policy"));
        }
        MemoryNeeds needs = MemoryNeeds.of(settings, policy);
        needs.uses()
                .forEach(
                        use -> findings.add(new Finding("memory, " + use.role(), State.OK, MemoryNeeds.line(use), "")));
        needs.shortage()
                .ifPresent(
                        shortage -> findings.add(new Finding("memory", State.MISSING, shortage, MemoryNeeds.ADVICE)));
        return findings;
    }
}

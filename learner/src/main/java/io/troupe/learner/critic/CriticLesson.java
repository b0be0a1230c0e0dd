package io.troupe.learner.critic;

import java.util.ArrayList;
import java.util.List;

/** What a critic learns from one batch: states, the tokens sampled in them, and the targets, which stay the same over the steps. Not thread-safe. */
public final class CriticLesson {

    private record Part(float[] states, int[] tokens, double[] targets) {}

    private final CriticSettings settings;
    private final SoftBackup backup;
    private final List<Part> parts = new ArrayList<>();

    /** A lesson of nothing yet. */
    public CriticLesson(CriticSettings settings) {
        this.settings = settings;
        backup = new SoftBackup(settings);
    }

    /**
     * Adds a trajectory.
     *
     * @param states {@code [tokens * hidden]} in which its tokens were sampled
     * @param tokens {@code [tokens]}
     * @param values {@code [tokens]} of these states under the target critic
     * @param divergences {@code [tokens]} from the reference there, in nats
     * @param turnEnds {@code [tokens]} whether a token is the last of its turn
     * @param reward at the end
     */
    public void add(
            float[] states, int[] tokens, double[] values, double[] divergences, boolean[] turnEnds, double reward) {
        parts.add(new Part(states, tokens, backup.targets(values, divergences, turnEnds, reward)));
    }

    /**
     * Makes the steps.
     *
     * @return the loss before the first; NaN if a target was not finite
     */
    public double teach(TokenCritic critic) {
        int count = parts.stream().mapToInt(part -> part.tokens().length).sum();
        int cells = parts.stream().mapToInt(part -> part.states().length).sum();
        var states = new float[cells];
        var tokens = new int[count];
        var targets = new double[count];
        int cell = 0;
        int token = 0;
        for (Part part : parts) {
            System.arraycopy(part.states(), 0, states, cell, part.states().length);
            System.arraycopy(part.tokens(), 0, tokens, token, part.tokens().length);
            System.arraycopy(part.targets(), 0, targets, token, part.tokens().length);
            cell += part.states().length;
            token += part.tokens().length;
        }
        double before = critic.step(states, tokens, targets);
        for (int i = 1; i < settings.steps(); i++) {
            critic.step(states, tokens, targets);
        }
        return before;
    }
}

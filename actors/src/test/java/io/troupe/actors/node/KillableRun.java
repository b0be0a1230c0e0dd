package io.troupe.actors.node;

import io.troupe.actors.journal.RunObserver;
import io.troupe.actors.journal.StepMetrics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A run in a process of its own, for tests that kill it. Prints {@code STEP n} for each update and {@code DIGEST d} at the end. */
public final class KillableRun {

    private KillableRun() {}

    /**
     * Runs to the end, or until it is killed.
     *
     * @param args where {@link TinyRun} prepared, the run folder, whether to resume, then what is set besides
     */
    public static void main(String[] args) throws Exception {
        List<String> overrides = new ArrayList<>(List.of(
                "train.steps=12", "train.checkpoint-every=3", "evaluation.before=false", "evaluation.after=false"));
        overrides.addAll(Arrays.asList(args).subList(3, args.length));
        RunPlan plan = TinyRun.plan(
                Path.of(args[0]), Path.of(args[1]), Boolean.parseBoolean(args[2]), overrides.toArray(String[]::new));
        RunSummary summary = TrainingRun.of(plan, new RunObserver() {
                    @Override
                    public void onStep(StepMetrics step) {
                        say("STEP " + step.step());
                    }
                })
                .execute();
        say("DIGEST " + summary.policyDigest() + " after " + summary.steps() + " steps, trained on "
                + summary.tokensTrained());
        System.exit(0);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}

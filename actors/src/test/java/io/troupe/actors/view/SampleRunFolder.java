package io.troupe.actors.view;

import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.SettingsText;
import io.troupe.actors.journal.MetricsLog;
import io.troupe.actors.journal.RunObserver.RunEvent;
import io.troupe.proto.v1.FinishReason;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.verifier.Demonstrator.Quality;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.TaskFamily;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.wire.VerifierProtos;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Writes the folder of a run that could have been: metrics along a learning curve, and trajectories by the families' demonstrators. */
final class SampleRunFolder {

    private final Path folder;
    private final WordTokens tokens = new WordTokens();
    private final SplittableRandom random = new SplittableRandom(7);

    SampleRunFolder(Path folder) {
        this.folder = folder;
    }

    WordTokens tokens() {
        return tokens;
    }

    SampleRunFolder write(int steps) throws IOException {
        Files.writeString(
                folder.resolve("config.conf"),
                SettingsText.of(SettingsLoader.defaults().settings()));
        try (var metrics = new MetricsLog(folder.resolve("metrics.jsonl"), complaint -> {
            throw new IllegalStateException(complaint);
        })) {
            metrics.event(new RunEvent(SampleRun.START, "start", "run sample begins: 120 updates of 24 groups"));
            metrics.evaluation(SampleRun.evaluation("before", 0));
            for (int step = 1; step <= steps; step++) {
                metrics.step(SampleRun.step(step));
            }
            metrics.event(new RunEvent(SampleRun.START, "checkpoint", "checkpoint of update " + steps + " <written>"));
            metrics.evaluation(SampleRun.evaluation("after", 0.44));
        }
        Files.writeString(folder.resolve("summary.json"), "{\"ending\": \"STEPS\", \"seconds\": 247.5}");
        Files.createDirectories(folder.resolve("trajectories"));
        for (int step : new int[] {1, 2, steps - 1, steps}) {
            batch(step, (double) step / steps);
        }
        return this;
    }

    private void batch(int step, double learned) throws IOException {
        Path file = folder.resolve("trajectories").resolve(String.format(Locale.ROOT, "step-%06d.pb", step));
        try (OutputStream out = Files.newOutputStream(file)) {
            long id = step * 100L;
            TaskFamilies families = TaskFamilies.load();
            for (TaskFamily family :
                    SampleRun.FAMILIES.stream().map(families::get).toList()) {
                Task task = family.task(Split.TRAIN, 1, step, family.levels().initial());
                var group = Group.newBuilder().setId(id++).setTemperature(1).setTask(VerifierProtos.toProto(task));
                for (Quality quality : Quality.values()) {
                    group.addTrajectories(trajectory(family, task, quality, step, learned));
                }
                group.build().writeDelimitedTo(out);
            }
        }
    }

    private Trajectory trajectory(TaskFamily family, Task task, Quality quality, int step, double learned) {
        var trajectory = Trajectory.newBuilder().setFinishReason(FinishReason.FINISH_REASON_DONE);
        trajectory.addSegments(segment(Source.SOURCE_PROMPT, prompt(task)));
        List<Message> shown = family.demonstrator().orElseThrow().demonstrate(task, quality, random);
        try (Environment environment = family.open()) {
            environment.reset(task, task.seed());
            Verdict verdict = null;
            for (Message message : shown) {
                if (!message.role().equals(Message.ASSISTANT)) {
                    continue;
                }
                trajectory.addSegments(policy(message.content() + "<|im_end|>", step, learned));
                StepResult result = environment.step(message.content());
                if (result instanceof StepResult.Done done) {
                    verdict = done.verdict();
                } else if (result instanceof StepResult.Continue more) {
                    trajectory.addSegments(segment(Source.SOURCE_TEMPLATE, "\n<|im_start|>tool\n"));
                    more.observation()
                            .forEach(
                                    seen -> trajectory.addSegments(segment(Source.SOURCE_ENVIRONMENT, seen.content())));
                    trajectory.addSegments(segment(Source.SOURCE_TEMPLATE, "<|im_end|>\n<|im_start|>assistant\n"));
                }
            }
            return trajectory
                    .setVerdict(VerifierProtos.toProto(verdict == null ? environment.truncated("it stopped") : verdict))
                    .build();
        }
    }

    private static String prompt(Task task) {
        var text = new StringBuilder();
        for (Message message : task.prompt()) {
            text.append("<|im_start|>").append(message.role()).append('\n').append(message.content());
            text.append(message.role().equals(Message.ASSISTANT) ? "" : "<|im_end|>\n");
        }
        return text.toString();
    }

    private Segment segment(Source source, String text) {
        var segment = Segment.newBuilder().setSource(source);
        for (int token : tokens.encode(text)) {
            segment.addTokenIds(token);
        }
        return segment.build();
    }

    private Segment policy(String text, int step, double learned) {
        var segment = segment(Source.SOURCE_POLICY, text).toBuilder();
        for (int i = 0; i < segment.getTokenIdsCount(); i++) {
            double certain = Math.pow(random.nextDouble(), 1.2 - learned);
            segment.addLogProbabilities((float) Math.log(Math.max(1e-3, certain)));
            segment.addPolicyVersions(Math.max(0, step - 1 - random.nextInt(2)));
        }
        return segment.build();
    }
}

package io.troupe.actors.view;

import com.google.protobuf.InvalidProtocolBufferException;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Outcome;
import io.troupe.proto.v1.Trajectory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A few trajectories of a run: of each family early and late ones, right and wrong. Reads no more files than it needs. */
final class TrajectorySamples {

    /** Files that are looked into from either end of the run. */
    private static final int REACH = 12;

    /**
     * A trajectory that was chosen.
     *
     * @param update the number of the update that it was trained in
     * @param late whether it is from the end of the run
     * @param group what it was sampled for
     * @param trajectory the trajectory
     */
    record Sample(long update, boolean late, Group group, Trajectory trajectory) {
        boolean correct() {
            return trajectory.getVerdict().getOutcome() == Outcome.OUTCOME_CORRECT;
        }

        String family() {
            return group.getTask().getFamily();
        }
    }

    private record Kind(String family, boolean late, boolean correct) {}

    private final Map<Kind, Sample> chosen = new LinkedHashMap<>();

    private TrajectorySamples() {}

    /** Chooses; none if the run has no trajectories. */
    static List<Sample> of(Path folder) throws IOException {
        List<Path> files = files(folder.resolve("trajectories"));
        var samples = new TrajectorySamples();
        int half = Math.min(REACH, (files.size() + 1) / 2);
        for (Path file : files.subList(0, half)) {
            samples.look(file, false);
        }
        var fromEnd = new ArrayList<>(files.subList(Math.max(half, files.size() - REACH), files.size()));
        Collections.reverse(fromEnd);
        for (Path file : fromEnd) {
            samples.look(file, true);
        }
        return List.copyOf(samples.chosen.values());
    }

    private void look(Path file, boolean late) throws IOException {
        long update = Long.parseLong(file.getFileName().toString().replaceAll("\\D", ""));
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (Group group = Group.parseDelimitedFrom(in); group != null; group = Group.parseDelimitedFrom(in)) {
                for (Trajectory trajectory : group.getTrajectoriesList()) {
                    var sample = new Sample(update, late, group, trajectory);
                    chosen.putIfAbsent(new Kind(sample.family(), late, sample.correct()), sample);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(
                    file + " is damaged: " + e.getMessage() + " — delete it and make the report again", e);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("step-\\d+\\.pb"))
                    .sorted()
                    .toList();
        }
    }
}

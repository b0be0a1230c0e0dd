package io.troupe.actors.node;

import io.troupe.actors.node.RunFailedException.Kind;
import io.troupe.proto.v1.CheckpointManifest;
import io.troupe.proto.v1.RunStamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which run a folder holds, and how often it was started: the file {@code run.id}, with the id in its first line and the epoch in its second. The epoch counts
 * every start, also those that wrote no checkpoint, so that no two incarnations are taken for one. Each further line says from which version an epoch went on,
 * as {@code EPOCH VERSION}: what an earlier incarnation saves beyond it, because it did not know that it had been succeeded, is not part of the run.
 */
final class RunIdentity {

    private record Start(long epoch, long version) {}

    private final Path file;
    private final String runId;
    private final long epoch;
    private final List<Start> starts;

    private RunIdentity(Path file, String runId, long epoch, List<Start> starts) {
        this.file = file;
        this.runId = runId;
        this.epoch = epoch;
        this.starts = List.copyOf(starts);
    }

    /** That of a run folder; a new one if there is none. Nothing is written. */
    static RunIdentity read(Path file) throws RunFailedException {
        if (!Files.exists(file)) {
            return new RunIdentity(file, UUID.randomUUID().toString(), 0, List.of());
        }
        try {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            List<Start> starts = new ArrayList<>();
            for (String line : lines.subList(2, lines.size())) {
                String[] words = line.split(" ", -1);
                starts.add(new Start(Long.parseLong(words[0]), Long.parseLong(words[1])));
            }
            return new RunIdentity(file, lines.get(0), Long.parseLong(lines.get(1)), starts);
        } catch (IOException e) {
            throw new RunFailedException(Kind.INPUT, "cannot read " + file + ": " + e, e);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new RunFailedException(
                    Kind.INPUT, file + " is damaged: it must hold the run's id and its epoch, a line each", e);
        }
    }

    /** Why a checkpoint is not one of this run's, if so. */
    Optional<String> objection(CheckpointManifest checkpoint) {
        @Nullable Start successor = null;
        for (Start start : starts) {
            if (start.epoch() > checkpoint.getEpoch() && start.version() < checkpoint.getVersion()) {
                successor = start;
                break;
            }
        }
        return successor == null
                ? Optional.empty()
                : Optional.of("epoch " + checkpoint.getEpoch() + " saved it after epoch " + successor.epoch()
                        + " had gone on from version " + successor.version());
    }

    /**
     * The stamp of a new incarnation, written down before it is used.
     *
     * @param version from which it goes on; 0 for a new run
     */
    RunStamp next(long version) throws RunFailedException {
        StringBuilder text = new StringBuilder();
        text.append(runId).append('\n').append(epoch + 1).append('\n');
        for (Start start : starts) {
            text.append(start.epoch()).append(' ').append(start.version()).append('\n');
        }
        text.append(epoch + 1).append(' ').append(version).append('\n');
        Path aside = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.writeString(aside, text);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new RunFailedException(Kind.INPUT, "cannot write " + file + ": " + e, e);
        }
        return RunStamp.newBuilder().setRunId(runId).setEpoch(epoch + 1).build();
    }
}

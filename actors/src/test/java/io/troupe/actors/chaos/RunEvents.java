package io.troupe.actors.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What a run writes into its metrics.jsonl, as it goes on. */
final class RunEvents {

    /** A line of kind event. */
    record Event(Instant time, String name, String message) {
        boolean is(String wanted, String part) {
            return name.equals(wanted) && message.contains(part);
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LOOK_MILLIS = 100;

    private final Path file;

    RunEvents(Path run) {
        file = run.resolve("metrics.jsonl");
    }

    List<Event> since(Instant start) throws IOException {
        List<Event> events = new ArrayList<>();
        for (JsonNode line : lines("event")) {
            Instant time = Instant.parse(line.path("time").asText());
            if (!time.isBefore(start)) {
                events.add(new Event(
                        time, line.path("name").asText(), line.path("message").asText()));
            }
        }
        return events;
    }

    /** The number of the last step. */
    long steps() throws IOException {
        List<JsonNode> steps = lines("step");
        return steps.isEmpty() ? 0 : steps.get(steps.size() - 1).path("step").asLong();
    }

    /** The mean rewards of the steps. */
    double[] rewards() throws IOException {
        return lines("step").stream()
                .mapToDouble(step -> step.path("reward").asDouble())
                .toArray();
    }

    /** The first event that is wanted; waits for it. */
    Optional<Event> await(Instant start, Duration patience, Predicate<Event> wanted)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<Event> found = since(start).stream().filter(wanted).findFirst();
            if (found.isPresent() || System.nanoTime() > deadline) {
                return found;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    boolean awaitStep(long step, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (steps() < step) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    private List<JsonNode> lines(String kind) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readString(file).split("\n", -1)) {
            if (line.startsWith("{\"kind\":\"" + kind) && line.endsWith("}")) {
                lines.add(JSON.readTree(line));
            }
        }
        return lines;
    }
}

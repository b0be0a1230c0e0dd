package io.troupe.actors.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.troupe.learner.objective.GradientByDecile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a run folder says: its metrics, its summary, its configuration. Reads plain files only, also those of a run that goes on or that was cut off in the
 * middle of a line. Immutable.
 *
 * @param folder the run folder
 * @param steps updates in order; one that was made again after a resume counts once, as it was made last
 * @param evaluations evaluations in order
 * @param events events in order
 * @param summary what the run came to; null while it goes on
 * @param configuration the text of {@code config.conf}; empty if there is none
 * @param unreadable lines of the metrics that are no JSON
 */
record RunRecord(
        Path folder,
        List<JsonNode> steps,
        List<JsonNode> evaluations,
        List<JsonNode> events,
        @Nullable JsonNode summary,
        String configuration,
        int unreadable) {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Reads a run folder.
     *
     * @throws NoSuchFileException if there are no metrics: it is no run folder
     */
    static RunRecord read(Path folder) throws IOException {
        var steps = new TreeMap<Long, JsonNode>();
        var evaluations = new ArrayList<JsonNode>();
        var events = new ArrayList<JsonNode>();
        int unreadable = 0;
        try (BufferedReader lines = Files.newBufferedReader(folder.resolve("metrics.jsonl"), StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode entry = parse(line);
                switch (entry == null ? "" : entry.path("kind").asText()) {
                    case "step" -> steps.put(entry.path("step").asLong(), entry);
                    case "evaluation" -> evaluations.add(entry);
                    case "event" -> events.add(entry);
                    default -> unreadable += entry == null && !line.isBlank() ? 1 : 0;
                }
            }
        }
        return new RunRecord(
                folder,
                List.copyOf(steps.values()),
                List.copyOf(evaluations),
                List.copyOf(events),
                parse(textOrEmpty(folder.resolve("summary.json"))),
                textOrEmpty(folder.resolve("config.conf")),
                unreadable);
    }

    /** The families that anything is said about. */
    SortedSet<String> families() {
        var families = new TreeSet<String>();
        steps.forEach(step -> step.path("families").fieldNames().forEachRemaining(families::add));
        evaluations.forEach(
                evaluation -> evaluation.path("families").fieldNames().forEachRemaining(families::add));
        return families;
    }

    /** A number by update; updates that lack it are left out. */
    LineChart.Series series(String name, String pointer) {
        return series(name, step -> number(step.at(pointer)));
    }

    /** A family's number by update. */
    LineChart.Series familySeries(String family, String field) {
        return series(family, step -> number(step.path("families").path(family).path(field)));
    }

    /** A family's named numbers by update, those of a field such as {@code components}. */
    List<LineChart.Series> namedSeries(String family, String field) {
        var names = new TreeSet<String>();
        steps.forEach(step ->
                step.path("families").path(family).path(field).fieldNames().forEachRemaining(names::add));
        return names.stream()
                .map(name -> series(
                        name,
                        step -> number(
                                step.path("families").path(family).path(field).path(name))))
                .toList();
    }

    /** Held-out success of a family: the last evaluation of that name. */
    Optional<Double> heldOut(String when, String family) {
        Double last = null;
        for (JsonNode evaluation : evaluations) {
            JsonNode success = evaluation.path("families").path(family);
            if (evaluation.path("when").asText().equals(when) && success.isNumber()) {
                last = success.asDouble();
            }
        }
        return Optional.ofNullable(last);
    }

    /**
     * An array by decile of token probability, each update's as shares of its sum, averaged over the updates that have any.
     *
     * @return empty if no update has it
     */
    Optional<DecileChart.Bars> deciles(String name, String field) {
        double[] mean = new double[GradientByDecile.DECILES];
        int updates = 0;
        for (JsonNode step : steps) {
            double[] shares = shares(step.path(field));
            if (shares.length == mean.length) {
                updates++;
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += (shares[i] - mean[i]) / updates;
                }
            }
        }
        return updates == 0 ? Optional.empty() : Optional.of(new DecileChart.Bars(name, mean));
    }

    /** The elements divided by their sum; none if an element is no number or the sum is 0. */
    private static double[] shares(JsonNode array) {
        double[] values = new double[array.size()];
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = number(array.get(i));
            sum += values[i];
        }
        double whole = sum;
        return sum > 0 ? Arrays.stream(values).map(value -> value / whole).toArray() : new double[0];
    }

    private LineChart.Series series(String name, ToDoubleFunction<JsonNode> value) {
        var x = new ArrayList<Double>();
        var y = new ArrayList<Double>();
        for (JsonNode step : steps) {
            double number = value.applyAsDouble(step);
            if (Double.isFinite(number)) {
                x.add(step.path("step").asDouble());
                y.add(number);
            }
        }
        return new LineChart.Series(name, doubles(x), doubles(y));
    }

    private static double number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : Double.NaN;
    }

    private static double[] doubles(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static @Nullable JsonNode parse(String line) {
        if (line.isBlank()) {
            return null;
        }
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return null; // counted by the caller: a line that a killed process did not finish
        }
    }

    private static String textOrEmpty(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }
}

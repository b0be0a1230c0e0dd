package io.troupe.actors.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.troupe.actors.node.RunSummary;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** From the folder of a run that ended to the one line that the study keeps of it. Numbers keep {@value #DIGITS} significant digits. */
final class CellDistiller {

    private static final int DIGITS = 5;
    private static final MathContext ROUNDING = new MathContext(DIGITS);
    private static final JsonMapper JSON = new JsonMapper();

    private final String troupe;

    /** @param troupe the version and commit that runs the cells */
    CellDistiller(String troupe) {
        this.troupe = troupe;
    }

    String troupe() {
        return troupe;
    }

    /** Whether the folder holds a run that made all its updates and was measured. */
    static boolean isComplete(Path folder) throws IOException {
        Path summary = folder.resolve("summary.json");
        if (!Files.exists(summary)) {
            return false;
        }
        String ending = JSON.readTree(summary.toFile()).path("ending").asText();
        return ending.equals("STEPS") || ending.equals("TIME_LIMIT");
    }

    /**
     * The result of a cell whose run is complete.
     *
     * @throws IOException if its summary or its metrics cannot be read
     */
    CellResult distil(Cell cell, int attempts, String finished) throws IOException {
        JsonNode summary = JSON.readTree(cell.folder().resolve("summary.json").toFile());
        var families = new TreeMap<String, RunSummary.Family>();
        summary.path("families")
                .properties()
                .forEach(family -> families.put(
                        family.getKey(),
                        new RunSummary.Family(
                                share(family.getValue().path("before")),
                                share(family.getValue().path("after")))));
        var discarded = new TreeMap<String, Long>();
        summary.path("groups_discarded")
                .properties()
                .forEach(reason ->
                        discarded.put(reason.getKey(), reason.getValue().asLong()));
        return new CellResult(
                cell.tasks(),
                cell.variant(),
                cell.seed(),
                CellResult.State.DONE,
                null,
                attempts,
                families,
                summary.path("steps").asLong(),
                rounded(summary.path("seconds")),
                summary.path("tokens_sampled").asLong(),
                summary.path("tokens_trained").asLong(),
                discarded,
                summary.path("policy_digest").asText(),
                cell.configurationDigest(),
                cell.configuration(),
                troupe,
                finished,
                series(cell.folder().resolve("metrics.jsonl")));
    }

    private static CellSeries series(Path metrics) throws IOException {
        Collection<JsonNode> steps = steps(metrics).values();
        var names = new TreeSet<String>();
        steps.forEach(step -> step.path("families").fieldNames().forEachRemaining(names::add));
        var familySuccess = new TreeMap<String, double[]>();
        for (String name : names) {
            familySuccess.put(
                    name,
                    steps.stream()
                            .mapToDouble(step ->
                                    rounded(step.path("families").path(name).path("success")))
                            .toArray());
        }
        return new CellSeries(
                steps.stream().mapToLong(step -> step.path("step").asLong()).toArray(),
                numbers(steps, "reward"),
                numbers(steps, "success"),
                numbers(steps, "grad_norm"),
                numbers(steps, "entropy"),
                numbers(steps, "clip_fraction"),
                numbers(steps, "kl"),
                numbers(steps, "staleness_mean"),
                numbers(steps, "seconds"),
                numbers(steps, "tokens_sampled"),
                familySuccess,
                arrays(steps, "gradient_share_by_decile"),
                arrays(steps, "slope_share_by_decile"),
                arrays(steps, "tokens_by_decile"));
    }

    /** The updates in order; one that was made again after a resume counts as it was made last. */
    private static SortedMap<Long, JsonNode> steps(Path metrics) throws IOException {
        var steps = new TreeMap<Long, JsonNode>();
        try (BufferedReader lines = Files.newBufferedReader(metrics, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode entry = parse(line);
                if (entry != null && entry.path("kind").asText().equals("step")) {
                    steps.put(entry.path("step").asLong(), entry);
                }
            }
        }
        return steps;
    }

    private static @Nullable JsonNode parse(String line) {
        try {
            return line.isBlank() ? null : JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return null; // cut off when the process was killed; the update was made again after the resume
        }
    }

    private static double[] numbers(Collection<JsonNode> steps, String field) {
        return steps.stream().mapToDouble(step -> rounded(step.path(field))).toArray();
    }

    private static double[][] arrays(Collection<JsonNode> steps, String field) {
        return steps.stream()
                .map(step -> {
                    JsonNode array = step.path(field);
                    double[] values = new double[array.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = rounded(array.get(i));
                    }
                    return values;
                })
                .toArray(double[][]::new);
    }

    private static @Nullable Double share(JsonNode node) {
        return node.isNumber() ? node.asDouble() : null;
    }

    private static double rounded(JsonNode node) {
        double value = node.isNumber() ? node.asDouble() : Double.NaN;
        return Double.isFinite(value) ? new BigDecimal(value).round(ROUNDING).doubleValue() : Double.NaN;
    }
}

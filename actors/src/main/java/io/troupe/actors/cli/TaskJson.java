package io.troupe.actors.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.verifier.Message;
import io.troupe.verifier.Split;
import io.troupe.verifier.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tasks as JSON: what {@code tasks sample} prints and {@code verify} reads. */
final class TaskJson {

    private TaskJson() {}

    static ObjectNode write(Task task) {
        ObjectNode json = JsonLines.JSON.createObjectNode();
        json.put("family", task.family());
        json.put("id", task.id());
        json.put("split", task.split().name().toLowerCase(Locale.ROOT));
        json.put("seed", task.seed());
        json.put("index", task.index());
        json.put("level", task.level());
        var prompt = json.putArray("prompt");
        task.prompt()
                .forEach(message ->
                        prompt.addObject().put("role", message.role()).put("content", message.content()));
        json.put("gold", task.gold());
        return json;
    }

    /** A task of a family; what grading does not need may be left out. */
    static Task read(JsonNode json, String family) {
        String named = json.path("family").asText(family);
        if (!named.equals(family)) {
            throw new IllegalArgumentException("the task is of " + named + ", not of " + family);
        }
        return new Task(
                family,
                json.path("id").asText("given"),
                split(json.path("split").asText("train")),
                json.path("seed").asLong(0),
                json.path("index").asLong(0),
                json.path("level").asInt(1),
                messages(json.path("prompt")),
                gold(json.path("gold")));
    }

    /** A task of which only the gold is known. */
    static Task ofGold(String family, JsonNode gold) {
        return new Task(family, "given", Split.TRAIN, 0, 0, 1, List.of(new Message("user", "")), gold(gold));
    }

    /** A gold as text: a text or number as it stands, a list or object as JSON. */
    static String gold(JsonNode gold) {
        if (gold.isMissingNode() || gold.isNull()) {
            throw new IllegalArgumentException(
                    "\"gold\" is missing — expected what `troupe tasks sample` prints there");
        }
        return gold.isValueNode() ? gold.asText() : gold.toString();
    }

    private static Split split(String word) {
        for (Split split : Split.values()) {
            if (split.name().equalsIgnoreCase(word)) {
                return split;
            }
        }
        throw new IllegalArgumentException("\"split\" is " + word + " — expected train or evaluation");
    }

    private static List<Message> messages(JsonNode prompt) {
        var messages = new ArrayList<Message>();
        for (JsonNode message : prompt) {
            if (!message.path("role").isTextual() || !message.path("content").isTextual()) {
                throw new IllegalArgumentException("\"prompt\" holds " + message
                        + " — expected messages such as {\"role\": \"user\", \"content\": \"…\"}");
            }
            messages.add(new Message(
                    message.path("role").asText(), message.path("content").asText()));
        }
        return messages.isEmpty() ? List.of(new Message("user", "")) : messages;
    }
}

package io.troupe.verifier.openenv;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.verifier.Environment;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Episodes on a server. Holds one of the server's sessions from a reset to the episode's end. Used by one thread at a time. */
final class OpenEnvEnvironment implements Environment {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final OpenEnvServers servers;
    private final OpenEnvOptions options;
    private @Nullable OpenEnvServer server;
    private String episode = "";
    private boolean open;
    private double reward;
    private int steps;

    OpenEnvEnvironment(OpenEnvServers servers, OpenEnvOptions options) {
        this.servers = servers;
        this.options = options;
    }

    @Override
    public List<Message> reset(Task task, long seed) {
        open = false;
        OpenEnvServer taken = server;
        if (taken == null) {
            taken = servers.enter();
            server = taken;
        }
        episode = UUID.nameUUIDFromBytes((task.id() + " " + seed + " " + System.identityHashCode(this))
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
        ObjectNode request = JSON.createObjectNode();
        request.put("seed", seed & 0x7FFFFFFFL); // what every language's integers and random generators take
        request.put("episode_id", episode);
        OpenEnvServer.Answer answer = taken.post("/reset", request);
        reward = 0;
        steps = 0;
        open = true;
        var opening = new ArrayList<Message>();
        if (!options.system().isEmpty()) {
            opening.add(Message.system(options.system()));
        }
        opening.add(Message.user(seen(taken, answer)));
        return opening;
    }

    @Override
    public StepResult step(String action) {
        OpenEnvServer taken = requireOpen();
        ObjectNode request = JSON.createObjectNode();
        ObjectNode holder = request.putObject("action");
        String[] path = options.action().split("\\.", -1);
        for (int i = 0; i < path.length - 1; i++) {
            holder = holder.putObject(path[i]);
        }
        holder.put(path[path.length - 1], action);
        request.put("episode_id", episode);
        request.put("timeout_s", options.timeoutSeconds());
        OpenEnvServer.Answer answer;
        try {
            answer = taken.post("/step", request);
        } catch (OpenEnvException e) {
            leave(); // the episode is lost, whatever the server thinks
            throw e;
        }
        reward += answer.reward();
        steps++;
        if (answer.done()) {
            leave();
            boolean success = reward >= options.successThreshold();
            return new StepResult.Done(verdict(
                    success ? Outcome.CORRECT : Outcome.WRONG,
                    "the server's rewards add up to " + reward + "; success from " + options.successThreshold()));
        }
        return new StepResult.Continue(List.of(Message.user(seen(taken, answer))));
    }

    @Override
    public Verdict truncated(String reason) {
        requireOpen();
        leave();
        return verdict(Outcome.NO_ANSWER, reason);
    }

    @Override
    public void close() {
        leave();
    }

    private Verdict verdict(Outcome outcome, String rule) {
        return Verdict.of(outcome, List.of(new RewardComponent("reward", reward)), null, rule)
                .withMetrics(List.of(new RewardComponent("steps", steps)));
    }

    private OpenEnvServer requireOpen() {
        OpenEnvServer taken = server;
        if (!open || taken == null) {
            throw new IllegalStateException("no episode is open: reset first");
        }
        return taken;
    }

    private void leave() {
        OpenEnvServer taken = server;
        server = null;
        open = false;
        if (taken != null) {
            taken.leave();
        }
    }

    private String seen(OpenEnvServer taken, OpenEnvServer.Answer answer) {
        if (options.observation().isEmpty()) {
            return answer.observation().toString();
        }
        JsonNode value = answer.observation();
        for (String step : options.observation().split("\\.", -1)) {
            value = value.path(step);
        }
        if (value.isMissingNode()) {
            var known = new ArrayList<String>();
            answer.observation().fieldNames().forEachRemaining(known::add);
            throw new OpenEnvException(taken.url() + ": its observation has no field '" + options.observation()
                    + "'; there are " + String.join(", ", known));
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }
}

package io.troupe.actors.cli;

import io.troupe.actors.node.MemoryNeeds;
import io.troupe.actors.node.RunFailedException;
import io.troupe.policy.Attention;
import io.troupe.policy.Policy;
import io.troupe.rollout.serve.CompletionServer;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe serve}: an inference server. */
@Command(
        name = "serve",
        header = "Serves a policy over HTTP by the OpenAI completions API.",
        description = {
            "",
            "POST /v1/completions takes a text or token ids and gives token ids and log-probabilities at the sampling temperature;",
            "GET /v1/models and GET /health say what there is. A run with rollout.engine = remote can sample from it."
        },
        footer = {
            "",
            "Examples:",
            "  troupe serve --policy embedded --port 8000",
            "  troupe serve --policy embedded --port 8000 --updates /tmp/weights"
        })
final class ServeVerb implements Callable<Integer> {

    private final Surroundings around;

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "DIR",
            description =
                    "A policy directory, a .gguf file, a run folder (its last checkpoint), hf:OWNER/NAME, or embedded.")
    private String policy = "";

    @Mixin
    private ArithmeticOptions computing = new ArithmeticOptions();

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Where it listens (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(names = "--port", defaultValue = "8000", description = "0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--slots", defaultValue = "64", description = "Turns sampled at once (default: ${DEFAULT-VALUE}).")
    private int slots;

    @Option(
            names = "--max-length",
            defaultValue = "2048",
            description = "The most tokens of a prompt and its turn (default: ${DEFAULT-VALUE}).")
    private int maxLength;

    @Option(
            names = "--attention",
            defaultValue = "fused",
            description = "fused, or exact, as policy.attention (default: ${DEFAULT-VALUE}).")
    private Attention attention = Attention.FUSED;

    @Option(
            names = "--updates",
            paramLabel = "DIR",
            description = "Let POST /update_weights_from_disk load weights below this directory (default: refuse).")
    private @Nullable Path updates;

    ServeVerb(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws Exception {
        if (port < 0 || port > 65535 || slots < 1 || maxLength < 2) {
            throw new VerbException(
                    ExitCode.USAGE, "--port must be in 0..65535, --slots at least 1 and --max-length at least 2");
        }
        var ended = new CountDownLatch(1);
        Interrupts.handle(ended::countDown, around.err());
        var settings = new CompletionServer.Settings(host, port, policy, computing.device(), slots, maxLength, updates);
        try (Policy opened = Policy.open(PolicyLocation.of(around, policy), computing.arithmetic(attention));
                var server = started(opened, settings)) {
            around.out().println("serving " + policy + " on http://" + host + ":" + server.port());
            around.out().flush();
            ended.await();
            return ExitCode.DONE.code();
        } catch (BindException e) {
            throw new RunFailedException(
                    RunFailedException.Kind.PORT_IN_USE,
                    "port " + port + " of " + host + " is in use — give another --port",
                    e);
        }
    }

    private CompletionServer started(Policy opened, CompletionServer.Settings settings) throws IOException {
        opened.requireAutoregressive("`troupe serve`");
        MemoryGate.require(
                MemoryNeeds.sampling(settings.device(), opened, slots, maxLength),
                "Less is needed with --precision bfloat16 and lower --slots or --max-length");
        return new CompletionServer(opened, settings);
    }
}

package io.troupe.actors.bench;

import io.troupe.actors.weights.FetchObserver;
import io.troupe.actors.weights.FetchSettings;
import io.troupe.actors.weights.Fetched;
import io.troupe.actors.weights.Verification;
import io.troupe.actors.weights.WeightFetcher;
import io.troupe.proto.v1.PolicyVersion;
import io.troupe.proto.v1.RunStamp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The process that receives in {@link WeightBench}: one command a line in, one answer a line out. It ends when its input does. Answers begin with {@value
 * #MARK}; other lines are not for the one that asks.
 */
public final class WeightReceiver {

    static final String MARK = "bench: ";

    private final Path folder;
    private final WeightFetcher fetcher;
    private final PrintStream out;

    private WeightReceiver(Path folder, WeightFetcher fetcher, PrintStream out) {
        this.folder = folder;
        this.fetcher = fetcher;
        this.out = out;
    }

    /**
     * Serves until the input ends.
     *
     * @param folder this process's alone
     * @param digests whether SHA-256 is asked of what the announcer sends too
     */
    public static void serve(Path folder, boolean digests, java.io.InputStream in, PrintStream out)
            throws IOException, InterruptedException {
        FetchSettings settings = FetchSettings.of(String.valueOf(folder.getFileName()))
                .withDeltas(false)
                .withVerification(digests ? Verification.DIGESTS : Verification.CHECKSUMS_FROM_ORIGIN);
        ActorSystem<String> system = RoundTrips.start("receiver", RoundTrips.echo());
        try (var fetcher = new WeightFetcher(
                        folder.resolve("versions"),
                        settings,
                        RunStamp.newBuilder().setRunId(WeightBench.RUN).build(),
                        null,
                        null,
                        FetchObserver.NONE,
                        System::nanoTime);
                var commands = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            var receiver = new WeightReceiver(folder, fetcher, out);
            receiver.answer(RoundTrips.address(system, system));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                receiver.obey(line.split(" ", -1));
            }
        } finally {
            system.terminate();
        }
    }

    private void obey(String[] command) throws IOException, InterruptedException {
        long start = System.nanoTime();
        switch (command[0]) {
            case "plain" -> PlainLoop.receive(Integer.parseInt(command[1]), Long.parseLong(command[2]), null);
            case "file" ->
                PlainLoop.receive(
                        Integer.parseInt(command[1]), Long.parseLong(command[2]), folder.resolve("plain.bin"));
            case "fetch" -> {
                PolicyVersion version =
                        PolicyVersion.parseFrom(Base64.getDecoder().decode(command[1]));
                Fetched fetched = fetcher.fetch(version);
                fetcher.release(version.getVersion() - 1); // as a worker does that has loaded it
                if (fetched.bytesReceived() != version.getWeights().getSize()) {
                    throw new IOException("fetched " + fetched.bytesReceived() + " bytes instead of "
                            + version.getWeights().getSize());
                }
            }
            case "memory" -> {
                Residency residency = Residency.now();
                answer(residency.peakBytes() + " " + residency.privateBytes());
                return;
            }
            default -> throw new IOException("'" + command[0] + "' is no command");
        }
        answer(String.valueOf(System.nanoTime() - start));
    }

    private void answer(String text) {
        out.println(MARK + text);
        out.flush();
    }
}

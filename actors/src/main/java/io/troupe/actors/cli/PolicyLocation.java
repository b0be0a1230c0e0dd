package io.troupe.actors.cli;

import io.troupe.actors.config.PolicySettings;
import io.troupe.policy.EmbeddedPolicy;
import io.troupe.policy.hub.HubReference;
import io.troupe.policy.hub.HubSettings;
import io.troupe.policy.hub.ModelHub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Where a policy is that a user named: the embedded one, a directory, a GGUF file, one on a hub, which is fetched, or a run folder, which stands for its
 * last checkpoint.
 */
final class PolicyLocation {

    private PolicyLocation() {}

    static Path of(Surroundings around, String name) {
        if (name.equals(PolicySettings.EMBEDDED)) {
            return EmbeddedPolicy.directory();
        }
        if (HubReference.isReference(name)) {
            return fetched(around, HubReference.parse(name));
        }
        Path named = Path.of(name);
        Path checkpoints = named.resolve("checkpoints");
        return Files.isDirectory(checkpoints) ? lastOf(checkpoints, named) : named;
    }

    private static Path fetched(Surroundings around, HubReference reference) {
        var progress = new FetchProgress(around);
        Path path = new ModelHub(HubSettings.of(around.environment())).fetch(reference, progress);
        progress.end();
        return path;
    }

    /** One line that is redrawn in a terminal; a line for each file elsewhere. */
    private static final class FetchProgress implements ModelHub.Progress {
        private static final long REDRAW_NANOS = 100_000_000;
        private final Surroundings around;
        private String file = "";
        private long drawn;

        FetchProgress(Surroundings around) {
            this.around = around;
        }

        @Override
        public void on(String current, long done, long total) {
            boolean other = !current.equals(file);
            file = current;
            long now = System.nanoTime();
            if (around.live() && (other || now - drawn > REDRAW_NANOS)) {
                drawn = now;
                around.err().printf("\r\u001b[Kfetching %s  %s of %s", current, size(done), size(total));
                around.err().flush();
            } else if (!around.live() && other) {
                around.err().println("fetching " + current + ", " + size(done) + " of " + size(total) + " so far");
            }
        }

        void end() {
            if (around.live()) {
                around.err().print("\r\u001b[K");
            }
        }

        private static String size(long bytes) {
            return bytes < 1_000_000 ? bytes / 1000 + " kB" : "%.1f MB".formatted(bytes / 1e6);
        }
    }

    private static Path lastOf(Path checkpoints, Path run) {
        try (Stream<Path> folders = Files.list(checkpoints)) {
            return folders.filter(folder -> Files.exists(folder.resolve("manifest.pb")))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new VerbException(
                            ExitCode.USAGE,
                            "run folder " + run
                                    + " has no checkpoint yet — wait for the first, or name a policy directory"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + checkpoints, e);
        }
    }
}

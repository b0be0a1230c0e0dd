package io.troupe.actors.cli;

import io.troupe.actors.config.PolicySettings;
import io.troupe.policy.EmbeddedPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where a policy is that a user named: the embedded one, a directory, or a run folder, which stands for its last checkpoint. */
final class PolicyLocation {

    private PolicyLocation() {}

    static Path of(String name) {
        if (name.equals(PolicySettings.EMBEDDED)) {
            return EmbeddedPolicy.directory();
        }
        Path named = Path.of(name);
        Path checkpoints = named.resolve("checkpoints");
        return Files.isDirectory(checkpoints) ? lastOf(checkpoints, named) : named;
    }

    private static Path lastOf(Path checkpoints, Path run) {
        try (Stream<Path> folders = Files.list(checkpoints)) {
            return folders.filter(folder -> Files.exists(folder.resolve("config.json")))
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

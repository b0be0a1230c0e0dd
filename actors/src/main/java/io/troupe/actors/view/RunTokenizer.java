package io.troupe.actors.view;

import io.troupe.actors.config.PolicySettings;
import io.troupe.policy.EmbeddedPolicy;
import io.troupe.policy.PolicyFormatException;
import io.troupe.policy.PolicyTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tokenizer with which a run's tokens can be read; without one, tokens are shown by their numbers. */
final class RunTokenizer implements AutoCloseable {

    private static final String FILE = "tokenizer.json";

    private final @Nullable PolicyTokenizer tokenizer;
    private final String problem;

    private RunTokenizer(@Nullable PolicyTokenizer tokenizer, String problem) {
        this.tokenizer = tokenizer;
        this.problem = problem;
    }

    /** Looks in the run's own policy and checkpoints, then where its policy came from. */
    static RunTokenizer of(Path run, String policy) throws IOException {
        try {
            for (Path candidate : candidates(run, policy)) {
                if (Files.exists(candidate.resolve(FILE))) {
                    return new RunTokenizer(PolicyTokenizer.load(candidate), "");
                }
            }
            return new RunTokenizer(null, "no " + FILE + " in the run or in " + policy);
        } catch (PolicyFormatException | UncheckedIOException e) {
            return new RunTokenizer(null, String.valueOf(e.getMessage()));
        }
    }

    String decode(int... tokens) {
        return tokenizer != null
                ? tokenizer.decode(tokens)
                : Arrays.stream(tokens).mapToObj(token -> "[" + token + "]").collect(Collectors.joining());
    }

    /** Why there is none; empty if there is. */
    String problem() {
        return problem;
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }

    private static List<Path> candidates(Path run, String policy) throws IOException {
        var candidates = new ArrayList<Path>();
        candidates.add(run.resolve("policy"));
        Path checkpoints = run.resolve("checkpoints");
        if (Files.isDirectory(checkpoints)) {
            try (Stream<Path> folders = Files.list(checkpoints)) {
                folders.sorted(Comparator.reverseOrder()).forEach(candidates::add);
            }
        }
        if (!policy.equals(PolicySettings.EMBEDDED)) {
            candidates.add(Path.of(policy));
        } else if (EmbeddedPolicy.isPresent()) {
            candidates.add(EmbeddedPolicy.directory());
        }
        return candidates;
    }
}

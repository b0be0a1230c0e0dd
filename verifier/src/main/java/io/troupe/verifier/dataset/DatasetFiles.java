package io.troupe.verifier.dataset;

import io.troupe.verifier.OptionsException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/** From the option {@code path} to files, in the order of their names. */
public final class DatasetFiles {

    private DatasetFiles() {}

    /**
     * Finds the files.
     *
     * @param option the option's name, for messages
     * @param path a file, a folder, or a folder with a pattern in its last step
     * @param suffixes how the files of a folder end, each with its dot
     * @return at least one file
     * @throws OptionsException if there is none
     */
    public static List<Path> find(String option, String path, List<String> suffixes) {
        try {
            if (path.contains("*") || path.contains("?")) {
                return matching(option, path);
            }
            Path named = Path.of(path);
            if (Files.isRegularFile(named)) {
                return List.of(named);
            }
            if (!Files.isDirectory(named)) {
                throw new OptionsException(
                        option + " = " + path + ": there is no such file or folder (" + named.toAbsolutePath() + ")");
            }
            try (Stream<Path> files = Files.list(named)) {
                List<Path> found = files.filter(Files::isRegularFile)
                        .filter(file -> suffixes.stream().anyMatch(file.toString()::endsWith))
                        .sorted()
                        .toList();
                if (found.isEmpty()) {
                    throw new OptionsException(
                            option + " = " + path + ": the folder holds no " + String.join(" or ", suffixes));
                }
                return found;
            }
        } catch (IOException e) {
            throw new OptionsException(option + " = " + path + ": cannot be read: " + e.getMessage(), e);
        } catch (InvalidPathException e) {
            throw new OptionsException(option + " = " + path + ": is no path: " + e.getMessage(), e);
        }
    }

    private static List<Path> matching(String option, String path) throws IOException {
        int slash = path.lastIndexOf('/');
        Path folder = Path.of(slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash));
        PathMatcher pattern = FileSystems.getDefault().getPathMatcher("glob:" + path.substring(slash + 1));
        if (!Files.isDirectory(folder)) {
            throw new OptionsException(option + " = " + path + ": there is no folder " + folder.toAbsolutePath());
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> pattern.matches(file.getFileName()))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new OptionsException(option + " = " + path + ": no file of " + folder.toAbsolutePath()
                        + " matches " + path.substring(slash + 1));
            }
            return found;
        }
    }
}

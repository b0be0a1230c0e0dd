package io.troupe.actors.study;

import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.SettingsText;
import io.troupe.actors.config.TroupeSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One run of a study. Immutable.
 *
 * @param tasks the name of its set of tasks
 * @param variant the name of its variant
 * @param seed its seed
 * @param folder its run folder
 * @param settings what it does, without {@code run.dir}
 */
public record Cell(String tasks, String variant, long seed, Path folder, TroupeSettings settings) {

    /** Its name in messages: {@code default/tr-grpo/seed-3}. */
    public String name() {
        return name(tasks, variant, seed);
    }

    static String name(String tasks, String variant, long seed) {
        return tasks + "/" + variant + "/seed-" + seed;
    }

    /** The whole configuration, as HOCON; the same for the same settings, wherever the study lies. */
    String configuration() {
        return SettingsText.of(settings);
    }

    /** The SHA-256 of {@link #configuration}, in hexadecimal. */
    String configurationDigest() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(configuration().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Where the configuration is written for the process that runs the cell. */
    Path configurationFile() {
        return folder.resolve("cell.conf");
    }

    /**
     * What differs between a configuration of before and this one, as they are read today: a key that was added since has today's default in both.
     *
     * @param earlier a configuration as {@link #configuration} wrote it
     * @return one difference in words; empty if they are the same
     * @throws IOException if the text cannot be written aside to be read
     */
    String difference(String earlier) throws IOException {
        if (earlier.equals(configuration())) {
            return "";
        }
        Path aside = Files.createTempFile("troupe-cell", ".conf");
        try {
            Files.writeString(aside, earlier);
            String before =
                    SettingsText.of(new SettingsLoader().file(aside).load().settings());
            return firstDifference(before, configuration());
        } catch (IllegalArgumentException e) {
            return "a configuration of before that can no longer be read (" + e.getMessage() + ")";
        } finally {
            Files.delete(aside);
        }
    }

    private static String firstDifference(String before, String now) {
        String[] old = before.split("\n", -1);
        String[] current = now.split("\n", -1);
        for (int i = 0; i < Math.max(old.length, current.length); i++) {
            String was = i < old.length ? old[i].strip() : "nothing";
            String is = i < current.length ? current[i].strip() : "nothing";
            if (!was.equals(is)) {
                return "it was " + was + " and is " + is;
            }
        }
        return "";
    }
}

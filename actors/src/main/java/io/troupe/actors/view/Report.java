package io.troupe.actors.view;

import io.troupe.actors.config.SettingsException;
import io.troupe.actors.config.SettingsLoader;
import io.troupe.actors.config.TroupeSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes {@code report.html}: curves, held-out success before and after, and a few trajectories with every token of the policy coloured. It only reads the
 * run folder, of a run that ended or that goes on; the page needs no network and no JavaScript.
 */
public final class Report {

    private Report() {}

    /**
     * Writes the report of a run into its folder, in place of an earlier one.
     *
     * @param run the run folder
     * @return the file
     * @throws IOException if the folder holds no run or cannot be read or written
     */
    public static Path write(Path run) throws IOException {
        RunRecord recorded = RunRecord.read(run);
        TroupeSettings settings = settings(run);
        try (RunTokenizer tokenizer = RunTokenizer.of(run, settings.policy().path())) {
            return write(recorded, settings, tokenizer::decode, tokenizer.problem());
        }
    }

    static Path write(RunRecord recorded, TroupeSettings settings, TokenPieces.Decoding decoding, String problem)
            throws IOException {
        var page = new ReportPage(recorded, settings, decoding);
        String html = page.html(TrajectorySamples.of(recorded.folder()), problem);
        Path file = recorded.folder().resolve("report.html");
        Path aside = recorded.folder().resolve("report.html.tmp");
        Files.writeString(aside, html, StandardCharsets.UTF_8);
        return Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static TroupeSettings settings(Path run) throws IOException {
        Path file = run.resolve("config.conf");
        if (!Files.exists(file)) {
            return SettingsLoader.defaults().settings();
        }
        try {
            return new SettingsLoader().file(file).load().settings();
        } catch (SettingsException e) {
            throw new IOException("cannot read the run's configuration: " + e.getMessage(), e);
        }
    }
}

package io.troupe.actors.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.config.SettingsLoader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class ReportTest {

    private static final Pattern SVG = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void thePageNeedsNothingButItself() throws IOException {
        String page = report(120);

        assertThat(page).startsWith("<!DOCTYPE html>").doesNotContain("<script", "http://", "https://", "src=", "url(");
    }

    @Test
    void aSampleIsLeftToLookAt() throws IOException {
        Path sample = Path.of("target", "sample-report.html");

        Files.writeString(sample, report(120));

        assertThat(sample).isNotEmptyFile();
    }

    @Test
    void showsHeldOutSuccessBeforeAndAfter() throws IOException {
        assertThat(report(120))
                .contains("Success on held-out tasks", ">0.330<", "<b>0.770</b>", "+0.440")
                .contains("256 unseen tasks a family");
    }

    @Test
    void drawsACurveForEverySeriesOfMetrics() throws Exception {
        String page = report(120);

        assertThat(page)
                .contains(
                        "Success in training",
                        "Reward",
                        "Entropy",
                        "Gradient norm",
                        "Where the time goes",
                        "Tokens sampled",
                        "Staleness",
                        "Gradient and tokens by token probability",
                        "share of the gradient, p 0–0.1: 28%",
                        "learner waits for a batch",
                        "sampling pauses for weights");
        var drawings = SVG.matcher(page).results().toList();
        assertThat(drawings).hasSizeGreaterThan(7);
        for (var drawing : drawings) {
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(drawing.group())));
        }
        assertThat(page).doesNotContain("NaN", "Infinity");
    }

    @Test
    void showsEarlyAndLateRightAndWrongTrajectoriesOfEachFamily() throws IOException {
        String page = report(120);

        for (String family : SampleRun.FAMILIES) {
            assertThat(page).contains("<h3>" + family + "</h3>");
        }
        assertThat(page).contains("<h4>early</h4>", "<h4>late</h4>", "✓ correct", "✗ wrong");
        assertThat(page).contains("said prompt", "said policy", "said environment", "said template");
    }

    @Test
    void aTokenOfThePolicyCarriesItsProbabilityAndItsWeight() throws IOException {
        String page = report(120);

        var token = Pattern.compile(
                        "<span class=\"t\" style=\"--p:([0-9.]+);--w:([0-9.]+)\" title=\"probability ([0-9.]+)")
                .matcher(page);
        assertThat(token.results()).hasSizeGreaterThan(100).allSatisfy(match -> {
            assertThat(Double.parseDouble(match.group(1))).isBetween(0.0, 1.0);
            double p = Double.parseDouble(match.group(3));
            double height = Double.parseDouble(match.group(2));
            if (p < 0.24) {
                assertThat(height).isZero(); // w = L up to p = μ = 0.25
            }
            if (p > 0.36) {
                assertThat(height).isOne(); // w = U from p = 0.3441
            }
        });
    }

    @Test
    void whatPoliciesAndTasksWroteCannotBecomeMarkup() throws IOException {
        String page = report(120);

        assertThat(page)
                .contains("&lt;answer&gt;", "&lt;written&gt;")
                .doesNotContain("<answer>", "<written>", "<call>");
    }

    @Test
    void aRunThatWasCutOffInTheMiddleOfALineIsShownAsFarAsItCame() throws IOException {
        var run = new SampleRunFolder(folder).write(12);
        Files.delete(folder.resolve("summary.json"));
        Files.writeString(folder.resolve("metrics.jsonl"), "{\"kind\":\"step\",\"st", StandardOpenOption.APPEND);

        String page = write(run);

        assertThat(page).contains("goes on", "12 <small>of 120</small>", "1 lines of metrics.jsonl could not be read");
    }

    @Test
    void aRunWithoutUpdatesYetHasAReportToo() throws IOException {
        Files.writeString(folder.resolve("metrics.jsonl"), "{\"kind\":\"event\",\"name\":\"start\"}\n");

        Path file = Report.write(folder);

        assertThat(Files.readString(file, StandardCharsets.UTF_8))
                .contains("goes on")
                .doesNotContain("<h2>Trajectories");
    }

    @Test
    void aFolderWithoutARunIsRefused() {
        assertThatThrownBy(() -> Report.write(folder)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void withoutATokenizerTokensAreShownByNumber() throws IOException {
        new SampleRunFolder(folder).write(12);
        Files.writeString(folder.resolve("config.conf"), "troupe.policy.path = nowhere");

        Path file = Report.write(folder);

        assertThat(Files.readString(file, StandardCharsets.UTF_8))
                .contains("Tokens are shown by their numbers", ">[0]");
    }

    private String report(int steps) throws IOException {
        return write(new SampleRunFolder(folder).write(steps));
    }

    private String write(SampleRunFolder run) throws IOException {
        Path file =
                Report.write(RunRecord.read(folder), SettingsLoader.defaults().settings(), run.tokens()::decode, "");
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}

package io.troupe.actors.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.journal.RunObserver.RunEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalViewTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StoppedClock clock = new StoppedClock(SampleRun.START);

    @Test
    void showsProgressFamiliesAndWhatIsWaitedFor() {
        try (TerminalView view = view(100)) {
            view.onEvaluation(SampleRun.evaluation("before", 0));
            train(view, 62);
            view.onWaiting(List.of("learner: a batch of 24 groups (3 complete, 12 being sampled) for 1 s"));

            List<String> screen = screen();

            assertThat(screen)
                    .anySatisfy(line ->
                            assertThat(line).startsWith("━━━━━").contains("62/120 updates", "1:51 gone, 1:44 left"))
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("math/arithmetic")
                            .matches(".*0\\.\\d\\d.*[▁▂▃▄▅▆▇█]{24}  held-out before 0\\.41"))
                    .anySatisfy(line -> assertThat(line).contains("tokens/s", "staleness", "learner waited"))
                    .anySatisfy(line -> assertThat(line).contains("learning rate 1.0e-3", "2 groups discarded"))
                    .anySatisfy(line -> assertThat(line).startsWith("waiting for  learner: a batch of 24 groups"));
        }
    }

    @Test
    void redrawsInPlaceAndLetsEventsScrollAway() throws IOException {
        try (TerminalView view = view(100)) {
            train(view, 3);
            view.onEvent(new RunEvent(clock.instant(), "checkpoint", "checkpoint of step 3 written"));
            try (var log = view.lines()) {
                log.write("12:00:01 WARN  something odd\n".getBytes(StandardCharsets.UTF_8));
                log.flush();
            }
            train(view, 5);

            List<String> screen = screen();

            assertThat(screen.stream().filter(line -> line.contains("updates"))).hasSize(1);
            assertThat(screen.get(0)).isEqualTo("· checkpoint of step 3 written");
            assertThat(screen.get(1)).isEqualTo("12:00:01 WARN  something odd");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 60, 80, 200})
    void noLineIsWiderThanTheTerminal(int columns) {
        try (TerminalView view = view(columns)) {
            view.onEvaluation(SampleRun.evaluation("before", 0));
            train(view, 70);
            view.onWaiting(List.of("w".repeat(300)));
            view.onEvaluationProgress("after", 3, 768);

            assertThat(screen()).allSatisfy(line -> assertThat(line.length()).isLessThan(Math.max(40, columns)));
        }
    }

    @Test
    void saysAllThatIsWaitedForWhenNothingMoves() {
        try (TerminalView view = view(100)) {
            train(view, 2);
            clock.pass(Duration.ofMinutes(1));
            view.onWaiting(List.of("learner: a batch", "group 12 at worker-1 for 61 s"));

            assertThat(screen()).anySatisfy(line -> assertThat(line).contains("group 12 at worker-1 for 61 s"));
        }
    }

    @Test
    void endsWithTheTableAndGivesTheCursorBack() {
        try (TerminalView view = view(100)) {
            train(view, 120);
            view.finish(SampleRun.summary());
        }

        assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("\u001b[?25h");
        assertThat(screen())
                .contains("Success on held-out tasks")
                .anySatisfy(line ->
                        assertThat(line).matches("  logic/knights-and-knaves +0\\.330 +0\\.770 +\\+0\\.440  █{7}▓{8}"));
    }

    private void train(TerminalView view, int upTo) {
        for (int step = 1; step <= upTo; step++) {
            clock.pass(Duration.ofMillis(1800));
            view.onStep(SampleRun.step(step));
        }
    }

    private TerminalView view(int columns) {
        return new TerminalView(new PrintStream(bytes, true, StandardCharsets.UTF_8), columns, clock, 120, null);
    }

    private List<String> screen() {
        return Screen.of(bytes.toString(StandardCharsets.UTF_8));
    }
}

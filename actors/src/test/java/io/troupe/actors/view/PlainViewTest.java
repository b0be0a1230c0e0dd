package io.troupe.actors.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainViewTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StoppedClock clock = new StoppedClock(SampleRun.START);
    private final PlainView view =
            new PlainView(new PrintStream(bytes, true, StandardCharsets.UTF_8), clock, 120, Duration.ofMinutes(4));

    @Test
    void anUpdateIsALineWithoutEscapes() {
        view.onStep(SampleRun.step(1));
        clock.pass(Duration.ofSeconds(2));
        view.onStep(SampleRun.step(2));

        assertThat(lines()).hasSize(2).allSatisfy(line -> assertThat(line).doesNotContain("\u001b"));
        assertThat(lines().get(1))
                .startsWith("update 2/120  reward ")
                .contains("math/arithmetic 0.", "tokens/s", "(max 2)", "learner waited 0.", "sampling paused 0.0 s")
                .endsWith("3:56 left");
    }

    @Test
    void waitingIsSaidOnlyOnceItHasLasted() {
        view.onWaiting(List.of("learner: a batch"));
        assertThat(lines()).isEmpty();

        clock.pass(Duration.ofSeconds(11));
        view.onWaiting(List.of("learner: a batch", "group 3 at worker-1"));
        view.onWaiting(List.of("learner: a batch", "group 3 at worker-1"));

        assertThat(lines()).containsExactly("waiting: learner: a batch; group 3 at worker-1");
    }

    @Test
    void endsWithTheTable() {
        view.finish(SampleRun.summary());

        assertThat(lines()).contains("Success on held-out tasks");
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}

package io.troupe.actors.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchVerbIT {

    @TempDir
    Path folder;

    @Test
    void versionsReachOtherProcessesAndNothingIsLeftBehind() {
        var bench = Invocation.of(
                "bench",
                "weights",
                "--size",
                "3m",
                "--receivers",
                "2",
                "--rounds",
                "2",
                "--warm-up",
                "1",
                "--folder",
                folder.toString());

        assertThat(bench.exitCode()).as(bench.err()).isZero();
        assertThat(number(bench.out(), "  plain loop +([0-9]+)")).isPositive();
        assertThat(number(bench.out(), "  weight server +([0-9]+)")).isPositive();
        assertThat(number(bench.out(), "weight server / plain loop +([0-9.]+)")).isPositive();
        assertThat(number(bench.out(), "nothing is moved +([0-9.]+)")).isPositive();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theDifferenceAfterOneSmallStepIsSmall() {
        var bench = Invocation.of("bench", "delta", "--steps", "1", "--batch", "4", "--folder", folder.toString());

        assertThat(bench.exitCode()).as(bench.err()).isZero();
        double share = number(bench.out(), "bfloat16 .*% +[0-9,]+ +([0-9.]+)%");
        assertThat(share).as(bench.out()).isBetween(0.1, 5.0);
        assertThat(number(bench.out(), "float32 .*% +[0-9,]+ +([0-9.]+)%")).isBetween(10.0, 70.0);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatCannotBeMeasuredIsWrongUsage() {
        assertThat(Invocation.of("bench", "weights", "--size", "12x").err()).contains("'12x' is no size such as 512m");
        assertThat(Invocation.of("bench", "weights", "--rounds", "0").exitCode())
                .isEqualTo(2);
        assertThat(Invocation.of("bench", "delta", "--level", "20").exitCode()).isEqualTo(2);
        var help = Invocation.of("bench");
        assertThat(help.out()).contains("weights", "delta").doesNotContain("weights-receiver");
    }

    private static double number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return Double.parseDouble(matcher.group(1));
    }
}

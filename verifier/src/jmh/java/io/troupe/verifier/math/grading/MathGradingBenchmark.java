package io.troupe.verifier.math.grading;

import io.troupe.verifier.Grader;
import io.troupe.verifier.GraderProvider;
import io.troupe.verifier.Graders;
import io.troupe.verifier.Verdict;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a pair of the suite costs on one core, text to verdict: the mean and the percentiles over pairs. {@code mvn -Pbench -DskipTests -pl verifier -am
 * test}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 5)
@Measurement(iterations = 4, time = 5)
@Fork(1)
public class MathGradingBenchmark {

    @Param({"strict", "math-verify"})
    public String profile = "strict";

    private List<SuitePair> pairs = List.of();
    private Grader grader = (gold, prediction, fuel) -> {
        throw new IllegalStateException("not set up");
    };
    private long budget;
    private int next;

    @Setup
    public void load() {
        GraderProvider math = Graders.load().get("math");
        pairs = SuitePair.all();
        grader = math.grader(profile);
        budget = math.budget();
    }

    @Benchmark
    public Verdict pair() {
        SuitePair pair = pairs.get(next);
        next = (next + 1) % pairs.size();
        return grader.judge(pair.gold(), pair.prediction(), budget);
    }
}

package io.troupe.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.verifier.math.grading.SuitePair;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Every grader in every profile against texts that nobody expects: no exception, and a verdict within the fuel. {@code -Dtroupe.fuzz.inputs=1000000}
 * makes it a million inputs, {@code -Dtroupe.fuzz.seed=N} others; the slowest are printed.
 */
class GraderFuzzIT {

    private static final long INPUTS = Long.getLong("troupe.fuzz.inputs", 10_000);
    private static final long SEED = Long.getLong("troupe.fuzz.seed", 1);
    private static final int MAX_FAILURES = 20;
    private static final int SHOWN = 120;
    /** Time on the processor: neither other programs nor the collection of garbage count. */
    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

    /** One grader with golds that it can read. */
    private record Contender(String name, Grader grader, long budget, List<String> golds) {}

    /** What is judged right now: whoever finds the test hanging reads it in a dump of the threads, as the thread's name. */
    private final Thread judging = Thread.currentThread();

    private long slowest;
    private String slowestInput = "none";
    private long judgements;
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private final List<String> failures = new ArrayList<>();

    @Test
    void judgesAnyTextWithoutAnExceptionAndWithinItsFuel() {
        List<String> samples = SuitePair.all().stream()
                .flatMap(pair -> List.of(pair.gold(), pair.prediction()).stream())
                .toList();
        List<Contender> contenders = contenders(samples);
        long start = System.nanoTime();
        for (long index = 0; index < INPUTS && failures.size() < MAX_FAILURES; index++) {
            var random = new SplittableRandom(SEED * 0x9e3779b97f4a7c15L + index);
            FuzzedText input = FuzzedText.of(index, random, samples).presented(random);
            for (Contender contender : contenders) {
                judging.setName("fuzz " + index + " " + contender.name());
                judge(contender, input, random, index);
            }
        }
        report(contenders.size(), (System.nanoTime() - start) / 1e9);
        assertThat(failures).isEmpty();
        assertThat(judgements).isEqualTo(INPUTS * contenders.size());
    }

    private static List<Contender> contenders(List<String> samples) {
        TaskFamilies families = TaskFamilies.load();
        List<Contender> contenders = new ArrayList<>();
        for (GraderProvider provider : Graders.load().all()) {
            List<String> golds = families.all().stream()
                    .filter(family -> family.id().equals(provider.id()))
                    .findFirst()
                    .map(GraderFuzzIT::golds)
                    .orElse(samples);
            for (String profile : provider.profiles()) {
                contenders.add(new Contender(
                        provider.id() + ":" + profile, provider.grader(profile), provider.budget(), golds));
            }
        }
        return contenders;
    }

    private static List<String> golds(TaskFamily family) {
        List<String> golds = new ArrayList<>();
        for (int index = 0; index < 5; index++) {
            golds.add(family.task(Split.TRAIN, SEED, index, family.levels().initial())
                    .gold());
        }
        return golds;
    }

    private void judge(Contender contender, FuzzedText input, SplittableRandom random, long index) {
        String own = contender.golds().get(random.nextInt(contender.golds().size()));
        int way = random.nextInt(8);
        String gold = way == 0 && input.text().length() < 10_000 ? input.text() : own;
        String prediction = way == 1 ? "<think></think><answer>" + own + input.text() + "</answer>" : input.text();
        long budget = way == 2 ? random.nextInt(5_000) : contender.budget();
        long before = THREAD.getCurrentThreadCpuTime();
        try {
            Verdict verdict = contender.grader().judge(gold, prediction, budget);
            outcomes.merge(verdict.outcome(), 1L, Long::sum);
            judgements++;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            failures.add("%s on input %d (%s) with gold '%s': %s"
                    .formatted(contender.name(), index, input.kind(), shown(gold), e));
        }
        long took = THREAD.getCurrentThreadCpuTime() - before;
        if (took > slowest) {
            slowest = took;
            slowestInput = "%s on input %d (%s), %d characters, gold '%s': '%s'"
                    .formatted(
                            contender.name(), index, input.kind(), prediction.length(), shown(gold), shown(prediction));
        }
    }

    private static String shown(String text) {
        String end = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
        return end.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }

    private void report(int graders, double seconds) {
        System.out.printf(
                Locale.ROOT,
                "%d inputs through %d graders in %.1f s: %s%nslowest: %.1f ms of processor time, %s%n",
                INPUTS,
                graders,
                seconds,
                outcomes,
                slowest / 1e6,
                slowestInput);
    }
}

package io.troupe.actors.worker;

import io.troupe.proto.v1.SessionKey;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * For how long the answer of an environment to a turn is held back, so that any family waits as those do that ask servers, build programs or drive
 * browsers: from a log-normal distribution, median · exp(sigma · z) with z from N(0, 1). With sigma 1 the mean is 1.65 times the median, and one answer in
 * a hundred takes more than 10 times the median. A latency is a function of the seed, the trajectory and the turn alone: the same under whatever load.
 * Immutable.
 *
 * @param median half of the latencies are longer
 * @param sigma the standard deviation of the latency's logarithm
 * @param seed of all latencies
 */
public record EnvironmentLatency(Duration median, double sigma, long seed) {

    /** Answers go out at once. */
    public static final EnvironmentLatency NONE = new EnvironmentLatency(Duration.ZERO, 0, 0);

    /** Whether every latency is 0. */
    boolean isNone() {
        return median.isZero();
    }

    /**
     * The latency of an answer.
     *
     * @param session whose; a trajectory that is tried again has others, as has a group that is leased again
     * @param turn the number of the answer in its session, from 1
     */
    Duration of(SessionKey session, int turn) {
        long mixed = mixed(mixed(mixed(seed, session.getGroup()), session.getAttempt()), session.getTrajectory());
        double z = new SplittableRandom(mixed(mixed(mixed, session.getRetry()), turn)).nextGaussian();
        return Duration.ofNanos(Math.round(median.toNanos() * Math.exp(sigma * z)));
    }

    private static long mixed(long seed, long number) {
        return new SplittableRandom(seed ^ number).nextLong();
    }
}

package io.troupe.rollout;

import static io.troupe.rollout.PlayedLoops.play;
import static io.troupe.rollout.ScriptedEnvironments.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.WorkResult;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a group where environments, verifiers or judges fail, keep silent or are too late. */
class RolloutFaultsTest {

    @TempDir
    Path folder;

    private PlayedLoops loops;

    @BeforeEach
    void openPolicy() {
        loops = new PlayedLoops(folder);
    }

    @AfterEach
    void closePolicy() {
        loops.close();
    }

    @Test
    void aFailingEnvironmentIsTriedAgainAndThenTheGroupFailsByNameWithoutAReward() {
        var environments = new ScriptedEnvironments();
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.onStep = session -> loop.failed(session, "out of cheese");
            loop.accept(loops.work(5, "math/arithmetic", 1));
            WorkResult result = play(loop);
            assertThat(result.hasGroup()).isFalse();
            assertThat(result.getFailure()).startsWith("environment-failed").contains("out of cheese");
            assertThat(environments.opened).hasSize(3); // once, and two retries
            assertThat(environments.closed).containsAll(environments.opened);
            assertThat(loop.freeSlots()).isEqualTo(PlayedLoops.SLOTS);
        }
    }

    @Test
    void aTrajectoryWhoseVerifierIsLostIsPlayedAgainHoweverOftenAndKeepsItsRetries() {
        for (boolean isolated : List.of(false, true)) {
            var environments = new ScriptedEnvironments();
            try (RolloutLoop loop = loops.loop(environments, isolated)) {
                environments.onStep = session -> {
                    if (session.retry() < 6) { // three times as often as it may fail
                        loop.lost(session, "the verifier is gone");
                    } else if (session.retry() < 8) { // both retries that it has
                        loop.failed(session, "out of cheese");
                    } else {
                        loop.stepped(session, new StepResult.Done(verdict(1)));
                    }
                };
                loop.accept(loops.work(5, "math/arithmetic", 1));
                Group group = play(loop).getGroup();
                assertThat(environments.opened).hasSize(9).doesNotHaveDuplicates();
                assertThat(group.getTrajectories(0).getVerdict().getReward()).isEqualTo(1);
                assertThat(loop.freeSlots()).isEqualTo(PlayedLoops.SLOTS);

                environments.onStep = session -> {
                    if (session.retry() % 2 == 0) {
                        loop.lost(session, "the verifier is gone");
                    } else {
                        loop.failed(session, "out of cheese");
                    }
                };
                environments.opened.clear();
                loop.accept(loops.work(6, "math/arithmetic", 1));
                WorkResult failed = play(loop);
                assertThat(failed.getFailure()).startsWith("environment-failed").contains("out of cheese");
                assertThat(environments.opened).hasSize(6); // lost and failed in turn, three times each
            }
        }
    }

    @Test
    void aVerifierThatIsLostAnEarlierTryAgoTakesNothingFromTheNext() {
        var environments = new ScriptedEnvironments();
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.onStep = session -> {
                if (session.retry() == 0) {
                    loop.failed(session, "first try");
                    loop.lost(session, "the verifier is gone"); // of the first try, too late
                } else {
                    loop.failed(session, "every try");
                }
            };
            loop.accept(loops.work(5, "math/arithmetic", 1));
            assertThat(play(loop).getFailure()).startsWith("environment-failed");
            assertThat(environments.opened).hasSize(3);
        }
    }

    @Test
    void aGroupWhoseJudgeIsLostCanBeSampledAgain() {
        var environments = new ScriptedEnvironments();
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.onStep = session -> loop.stepped(session, new StepResult.Done(verdict(1)));
            environments.onJudge = (judgement, members) -> loop.lost(judgement, "the verifier is gone");
            loop.accept(loops.work(5, "math/arithmetic", 2));

            // the coordinator leases what failed by the engine again
            assertThat(play(loop).getFailure()).startsWith("engine-").contains("the verifier is gone");
            assertThat(loop.freeSlots()).isEqualTo(PlayedLoops.SLOTS);
        }
    }

    @Test
    void toolsThatTheTemplateHasNoPlaceForFailTheGroupByNameAtOnce() {
        var environments = new ScriptedEnvironments();
        environments.tools = List.of("{\"type\": \"function\", \"function\": {\"name\": \"add\"}}");
        try (RolloutLoop loop = loops.loop(environments, false)) {
            loop.accept(loops.work(5, "math/arithmetic", 2));
            WorkResult result = play(loop);
            assertThat(result.getFailure()).startsWith("chat-template").contains("no place for tools");
            assertThat(environments.opened).hasSize(2); // no retry would help
            assertThat(environments.closed).containsAll(environments.opened);
            assertThat(loop.freeSlots()).isEqualTo(PlayedLoops.SLOTS);
        }
    }

    @Test
    void aGroupWhoseJudgementFailsIsLostByNameAndNotRewarded() {
        for (String kind : List.of("failed", "too few", "no reward")) {
            var environments = new ScriptedEnvironments();
            try (RolloutLoop loop = loops.loop(environments, true)) {
                environments.onStep = session -> loop.stepped(session, new StepResult.Done(verdict(1)));
                environments.onJudge = (judgement, members) -> {
                    switch (kind) {
                        case "failed" -> loop.failed(judgement, "out of cheese");
                        case "too few" -> loop.groupJudged(judgement, List.of(verdict(1)));
                        default ->
                            loop.groupJudged(
                                    judgement,
                                    List.of(verdict(1), Verdict.withoutReward(Outcome.ERROR, "broken rubric")));
                    }
                };
                loop.accept(loops.work(8, "math/arithmetic", 2));
                WorkResult result = play(loop);
                assertThat(result.hasGroup()).isFalse();
                assertThat(result.getFailure()).startsWith("group-rubric-failed");
                assertThat(loop.groupsInFlight()).isZero();
            }
        }
    }

    @Test
    void aVerdictThatCarriesNoRewardIsRetriedAndTheRetryCounts() {
        var environments = new ScriptedEnvironments();
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.onStep = session -> loop.stepped(
                    session,
                    new StepResult.Done(
                            session.retry() == 0 ? Verdict.withoutReward(Outcome.UNDECIDED, "no fuel") : verdict(1)));
            loop.accept(loops.work(6, "math/arithmetic", 2));
            Group group = play(loop).getGroup();
            assertThat(group.getTrajectoriesList()).allMatch(t -> t.getVerdict().getReward() == 1);
        }
    }

    @Test
    void anAnswerToAnEarlierTryIsIgnored() {
        var environments = new ScriptedEnvironments();
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.onStep = session -> {
                if (session.retry() == 0) {
                    loop.failed(session, "first try");
                    loop.stepped(session, new StepResult.Done(verdict(0)));
                } else {
                    loop.stepped(session, new StepResult.Done(verdict(1)));
                }
            };
            loop.accept(loops.work(7, "math/arithmetic", 1));
            assertThat(play(loop).getGroup().getTrajectories(0).getVerdict().getReward())
                    .isEqualTo(1);
        }
    }

    @Test
    void aSilentEnvironmentIsOverdueAndNamedInWhatIsWaitedFor() {
        var environments = new ScriptedEnvironments();
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.onStep = session -> {};
            loop.accept(loops.work(8, "math/arithmetic", 1));
            for (int i = 0; i < 100; i++) {
                loop.step();
            }
            loops.clock.addAndGet(Duration.ofSeconds(11).toNanos());
            assertThat(loop.overdue(Duration.ofSeconds(10))).hasSize(1);
            assertThat(loop.waiting().get(0)).contains("group 8").contains("11.0 s");
        }
    }

    @Test
    void aWithdrawnGroupFreesItsSlotsAndReportsNothing() {
        var environments = new ScriptedEnvironments();
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.onStep = session -> {};
            loop.accept(loops.work(9, "math/arithmetic", 4));
            loop.step();
            loop.withdraw(9);
            loop.step();
            assertThat(loop.takeResults()).isEmpty();
            assertThat(loop.freeSlots()).isEqualTo(PlayedLoops.SLOTS);
            assertThat(environments.closed).hasSize(4);
        }
    }
}

package io.troupe.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.ChatMessage;
import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Lease;
import io.troupe.proto.v1.Sampling;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Task;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Work;
import io.troupe.proto.v1.WorkResult;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Message;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.wire.VerifierProtos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutLoopTest {

    @TempDir
    Path folder;

    private final TaskFamilies families = TaskFamilies.load();
    private final AtomicLong clock = new AtomicLong();
    private NDManager manager;
    private Policy policy;

    @BeforeEach
    void openPolicy() {
        manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        policy = Policy.open(TinyPolicy.create(folder.resolve("policy"), 5));
    }

    @AfterEach
    void closePolicy() {
        policy.close();
        manager.close();
    }

    @Test
    void everyTrajectoryOfAGroupIsJudgedByItsRealEnvironmentAndCarriesWhatWasSampled() {
        var environments = new InlineEnvironments(families);
        try (RolloutLoop loop = loop(environments, false)) {
            environments.answerTo(loop);
            loop.accept(work(3, "math/arithmetic", 4));
            Group group = play(loop).getGroup();
            assertThat(group.getId()).isEqualTo(3);
            assertThat(group.getTrajectoriesCount()).isEqualTo(4);
            for (Trajectory trajectory : group.getTrajectoriesList()) {
                assertThat(trajectory.hasVerdict()).isTrue();
                assertThat(trajectory.getSegments(0).getSource()).isEqualTo(Source.SOURCE_PROMPT);
                Segment sampled = trajectory.getSegments(1);
                assertThat(sampled.getSource()).isEqualTo(Source.SOURCE_POLICY);
                assertThat(sampled.getLogProbabilitiesCount()).isEqualTo(sampled.getTokenIdsCount());
                assertThat(sampled.getPolicyVersionsCount()).isEqualTo(sampled.getTokenIdsCount());
            }
            assertThat(loop.freeSlots()).isEqualTo(16);
        }
    }

    @Test
    void anObservationFollowsTheTurnAsTheTemplateRendersItAndCarriesNoLogProbability() {
        var environments = new Scripted();
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            environments.onStep = session -> loop.stepped(
                    session,
                    environments.steps < 3
                            ? new StepResult.Continue(List.of(Message.tool("42")))
                            : new StepResult.Done(verdict(1)));
            Work work = work(1, "math/arithmetic", 1);
            Sampling stopping = work.getSampling().toBuilder()
                    .setMaxTurnTokens(200)
                    .addAllStop(List.of("e", "a", " ", "1", "2", "n", "s"))
                    .build();
            loop.accept(work.toBuilder().setSampling(stopping).build());
            Trajectory trajectory = play(loop).getGroup().getTrajectories(0);
            List<Segment> observations = trajectory.getSegmentsList().stream()
                    .filter(segment -> segment.getSource() == Source.SOURCE_ENVIRONMENT)
                    .toList();
            assertThat(trajectory.getTurns()).isGreaterThan(1);
            assertThat(observations).isNotEmpty();
            for (Segment segment : observations) {
                assertThat(text(segment)).isEqualTo("\n<|im_start|>tool\n42<|im_end|>\n<|im_start|>assistant\n");
                assertThat(segment.getLogProbabilitiesCount()).isZero();
            }
        }
    }

    @Test
    void aFailingEnvironmentIsTriedAgainAndThenTheGroupFailsByNameWithoutAReward() {
        var environments = new Scripted();
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            environments.onStep = session -> loop.failed(session, "out of cheese");
            loop.accept(work(5, "math/arithmetic", 1));
            WorkResult result = play(loop);
            assertThat(result.hasGroup()).isFalse();
            assertThat(result.getFailure()).startsWith("environment-failed").contains("out of cheese");
            assertThat(environments.opened).hasSize(3); // once, and two retries
            assertThat(environments.closed).containsAll(environments.opened);
            assertThat(loop.freeSlots()).isEqualTo(16);
        }
    }

    @Test
    void aTrajectoryWhoseVerifierIsLostIsPlayedAgainHoweverOftenAndKeepsItsRetries() {
        for (boolean isolated : List.of(false, true)) {
            var environments = new Scripted();
            try (RolloutLoop loop = loop(environments, isolated)) {
                environments.loop = loop;
                environments.onStep = session -> {
                    if (session.retry() < 6) { // three times as often as it may fail
                        loop.lost(session, "the verifier is gone");
                    } else if (session.retry() < 8) { // both retries that it has
                        loop.failed(session, "out of cheese");
                    } else {
                        loop.stepped(session, new StepResult.Done(verdict(1)));
                    }
                };
                loop.accept(work(5, "math/arithmetic", 1));
                Group group = play(loop).getGroup();
                assertThat(environments.opened).hasSize(9).doesNotHaveDuplicates();
                assertThat(group.getTrajectories(0).getVerdict().getReward()).isEqualTo(1);
                assertThat(loop.freeSlots()).isEqualTo(16);

                environments.onStep = session -> {
                    if (session.retry() % 2 == 0) {
                        loop.lost(session, "the verifier is gone");
                    } else {
                        loop.failed(session, "out of cheese");
                    }
                };
                environments.opened.clear();
                loop.accept(work(6, "math/arithmetic", 1));
                WorkResult failed = play(loop);
                assertThat(failed.getFailure()).startsWith("environment-failed").contains("out of cheese");
                assertThat(environments.opened).hasSize(6); // lost and failed in turn, three times each
            }
        }
    }

    @Test
    void aVerifierThatIsLostAnEarlierTryAgoTakesNothingFromTheNext() {
        var environments = new Scripted();
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            environments.onStep = session -> {
                if (session.retry() == 0) {
                    loop.failed(session, "first try");
                    loop.lost(session, "the verifier is gone"); // of the first try, too late
                } else {
                    loop.failed(session, "every try");
                }
            };
            loop.accept(work(5, "math/arithmetic", 1));
            assertThat(play(loop).getFailure()).startsWith("environment-failed");
            assertThat(environments.opened).hasSize(3);
        }
    }

    @Test
    void aGroupWhoseJudgeIsLostCanBeSampledAgain() {
        var environments = new Scripted();
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            environments.onStep = session -> loop.stepped(session, new StepResult.Done(verdict(1)));
            environments.onJudge = (judgement, members) -> loop.lost(judgement, "the verifier is gone");
            loop.accept(work(5, "math/arithmetic", 2));

            // the coordinator leases what failed by the engine again
            assertThat(play(loop).getFailure()).startsWith("engine-").contains("the verifier is gone");
            assertThat(loop.freeSlots()).isEqualTo(16);
        }
    }

    @Test
    void toolsThatTheTemplateHasNoPlaceForFailTheGroupByNameAtOnce() {
        var environments = new Scripted();
        environments.tools = List.of("{\"type\": \"function\", \"function\": {\"name\": \"add\"}}");
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            loop.accept(work(5, "math/arithmetic", 2));
            WorkResult result = play(loop);
            assertThat(result.getFailure()).startsWith("chat-template").contains("no place for tools");
            assertThat(environments.opened).hasSize(2); // no retry would help
            assertThat(environments.closed).containsAll(environments.opened);
            assertThat(loop.freeSlots()).isEqualTo(16);
        }
    }

    @Test
    void aTemplateWithAPlaceForToolsDescribesThemInThePrompt() throws IOException {
        Path directory = folder.resolve("policy");
        Files.writeString(
                directory.resolve("chat_template.jinja"),
                "{% for t in tools or [] %}[{{ t.function.name }}]{% endfor %}"
                        + Files.readString(directory.resolve("chat_template.jinja")));
        policy.close();
        policy = Policy.open(directory);
        var environments = new InlineEnvironments(families.configured(List.of(
                new TaskFamilies.Entry("agent/calculator", "agent/calculator", "{\"tool-format\": \"template\"}"))));
        try (RolloutLoop loop = loop(environments, false)) {
            environments.answerTo(loop);
            loop.accept(work(5, "agent/calculator", 1));
            Segment prompt = play(loop).getGroup().getTrajectories(0).getSegments(0);
            assertThat(text(prompt))
                    .startsWith("[calculator]<|im_start|>system\n")
                    .doesNotContain("<tools>");
        }
    }

    @Test
    void aFamilyThatJudgesGroupsSeesAllTrajectoriesAndItsVerdictsCount() {
        var environments = new Scripted();
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            environments.onStep = session -> loop.stepped(session, new StepResult.Done(verdict(1)));
            var seen = new ArrayList<GroupMember>();
            environments.onJudge = (judgement, members) -> {
                seen.addAll(members);
                assertThat(loop.waiting()).anyMatch(line -> line.contains("judgement of the whole group"));
                loop.groupJudged(judgement, List.of(verdict(0.25), verdict(0.5), verdict(0.75)));
            };
            loop.accept(work(7, "math/arithmetic", 3));
            Group group = play(loop).getGroup();
            assertThat(group.getTrajectoriesList())
                    .extracting(trajectory -> trajectory.getVerdict().getReward())
                    .containsExactly(0.25, 0.5, 0.75);
            assertThat(seen).hasSize(3).allMatch(member -> member.verdict().reward() == 1);
            for (int i = 0; i < 3; i++) {
                assertThat(seen.get(i).tokens())
                        .isEqualTo(group.getTrajectories(i).getSegments(1).getTokenIdsCount());
                assertThat(seen.get(i).conversation()).extracting(Message::role).containsExactly("user", "assistant");
            }
        }
    }

    @Test
    void aGroupWhoseJudgementFailsIsLostByNameAndNotRewarded() {
        for (String kind : List.of("failed", "too few", "no reward")) {
            var environments = new Scripted();
            try (RolloutLoop loop = loop(environments, true)) {
                environments.loop = loop;
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
                loop.accept(work(8, "math/arithmetic", 2));
                WorkResult result = play(loop);
                assertThat(result.hasGroup()).isFalse();
                assertThat(result.getFailure()).startsWith("group-rubric-failed");
                assertThat(loop.groupsInFlight()).isZero();
            }
        }
    }

    @Test
    void aVerdictThatCarriesNoRewardIsRetriedAndTheRetryCounts() {
        var environments = new Scripted();
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            environments.onStep = session -> loop.stepped(
                    session,
                    new StepResult.Done(
                            session.retry() == 0 ? Verdict.withoutReward(Outcome.UNDECIDED, "no fuel") : verdict(1)));
            loop.accept(work(6, "math/arithmetic", 2));
            Group group = play(loop).getGroup();
            assertThat(group.getTrajectoriesList()).allMatch(t -> t.getVerdict().getReward() == 1);
        }
    }

    @Test
    void anAnswerToAnEarlierTryIsIgnored() {
        var environments = new Scripted();
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            environments.onStep = session -> {
                if (session.retry() == 0) {
                    loop.failed(session, "first try");
                    loop.stepped(session, new StepResult.Done(verdict(0)));
                } else {
                    loop.stepped(session, new StepResult.Done(verdict(1)));
                }
            };
            loop.accept(work(7, "math/arithmetic", 1));
            assertThat(play(loop).getGroup().getTrajectories(0).getVerdict().getReward())
                    .isEqualTo(1);
        }
    }

    @Test
    void aSilentEnvironmentIsOverdueAndNamedInWhatIsWaitedFor() {
        var environments = new Scripted();
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            environments.onStep = session -> {};
            loop.accept(work(8, "math/arithmetic", 1));
            for (int i = 0; i < 100; i++) {
                loop.step();
            }
            clock.addAndGet(Duration.ofSeconds(11).toNanos());
            assertThat(loop.overdue(Duration.ofSeconds(10))).hasSize(1);
            assertThat(loop.waiting().get(0)).contains("group 8").contains("11.0 s");
        }
    }

    @Test
    void aWithdrawnGroupFreesItsSlotsAndReportsNothing() {
        var environments = new Scripted();
        try (RolloutLoop loop = loop(environments, false)) {
            environments.loop = loop;
            environments.onStep = session -> {};
            loop.accept(work(9, "math/arithmetic", 4));
            loop.step();
            loop.withdraw(9);
            loop.step();
            assertThat(loop.takeResults()).isEmpty();
            assertThat(loop.freeSlots()).isEqualTo(16);
            assertThat(environments.closed).hasSize(4);
        }
    }

    @Test
    void isolatedGroupsAreTheSameWhateverWasAcceptedWithThem() {
        List<Group> alone = isolated(List.of(work(2, "agent/calculator", 4)));
        List<Group> together = isolated(
                List.of(work(1, "math/arithmetic", 4), work(2, "agent/calculator", 4), work(3, "math/arithmetic", 2)));
        assertThat(together.get(1)).isEqualTo(alone.get(0));
    }

    private List<Group> isolated(List<Work> works) {
        var environments = new InlineEnvironments(families);
        try (RolloutLoop loop = loop(environments, true)) {
            environments.answerTo(loop);
            works.forEach(loop::accept);
            var groups = new ArrayList<Group>();
            for (int i = 0; i < works.size(); i++) {
                groups.add(play(loop).getGroup());
            }
            return groups;
        }
    }

    private RolloutLoop loop(Environments environments, boolean isolated) {
        return new RolloutLoop(
                new LocalEngine(policy, manager, 16, 256, 0),
                policy,
                environments,
                new RolloutLoop.Settings(4, 2, isolated),
                clock::get);
    }

    private static WorkResult play(RolloutLoop loop) {
        for (int step = 0; step < 2000; step++) {
            List<WorkResult> results = loop.takeResults();
            if (!results.isEmpty()) {
                assertThat(results).hasSize(1);
                return results.get(0);
            }
            loop.step();
        }
        throw new AssertionError("no result; waiting for " + loop.waiting());
    }

    private Work work(long group, String family, int size) {
        Task task = VerifierProtos.toProto(families.get(family).task(Split.TRAIN, 1, group, 1));
        return Work.newBuilder()
                .setLease(Lease.newBuilder().setGroupId(group).setAttempt(1))
                .setTask(task)
                .setGroupSize(size)
                .setSeed(group)
                .setSampling(Sampling.newBuilder()
                        .setTemperature(1)
                        .setTopP(1)
                        .setMaxTurnTokens(24)
                        .setMaxTrajectoryTokens(250))
                .build();
    }

    private String text(Segment segment) {
        return policy.tokenizer()
                .decode(segment.getTokenIdsList().stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
    }

    private static Verdict verdict(double reward) {
        return Verdict.of(
                reward > 0 ? Outcome.CORRECT : Outcome.WRONG,
                List.of(new RewardComponent("answer", reward)),
                "x",
                "scripted");
    }

    /** Environments that open at once and do in a step what the test says. */
    private static final class Scripted implements Environments {
        final List<SessionId> opened = new ArrayList<>();
        final List<SessionId> closed = new ArrayList<>();
        RolloutLoop loop;
        List<String> tools = List.of();
        Consumer<SessionId> onStep;
        BiConsumer<SessionId, List<GroupMember>> onJudge;
        int steps;

        @Override
        public void open(SessionId session, Task task, long seed) {
            opened.add(session);
            loop.opened(
                    session,
                    List.of(ChatMessage.newBuilder()
                            .setRole("user")
                            .setContent("What is 1+2?")
                            .build()),
                    tools,
                    onJudge != null);
        }

        @Override
        public void judgeGroup(SessionId judgement, Task task, List<GroupMember> members) {
            onJudge.accept(judgement, members);
        }

        @Override
        public void step(SessionId session, String action) {
            steps++;
            onStep.accept(session);
        }

        @Override
        public void truncate(SessionId session, String reason) {
            loop.stepped(session, new StepResult.Done(verdict(0)));
        }

        @Override
        public void close(SessionId session) {
            closed.add(session);
        }
    }
}

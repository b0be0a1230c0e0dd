package io.troupe.rollout;

import static io.troupe.rollout.ScriptedEnvironments.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.troupe.policy.Policy;
import io.troupe.proto.v1.ChatMessage;
import io.troupe.proto.v1.Drafting;
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
import io.troupe.verifier.Split;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.TaskFamilies;
import io.troupe.verifier.Verdict;
import io.troupe.verifier.wire.VerifierProtos;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups of trajectories that begin from the best of some drafts. */
class DraftedGroupsTest {

    private static final int TRAJECTORIES = 3;
    private static final int DRAFTS = 2;
    private static final int SLOTS = 8;
    /** Drafts are numbered behind the trajectories and their judgement. */
    private static final int FIRST_DRAFT = TRAJECTORIES + 1;

    @TempDir
    Path folder;

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
    void theBestDraftIsInThePromptOfEveryTrajectory() {
        var scripted = new Scripted();
        scripted.reward = session -> session.trajectory() == FIRST_DRAFT + 1 ? 1 : 0;
        Group group = play(scripted, work(DRAFTS)).getGroup();
        assertThat(group.getDraftsList()).extracting(Trajectory::getIndex).containsExactly(0, 1);
        assertThat(group.getTrajectoriesList()).extracting(Trajectory::getIndex).containsExactly(0, 1, 2);
        String best =
                scripted.actions.get(new SessionId(4, 1, FIRST_DRAFT + 1, 0)).strip();
        assertThat(best)
                .isNotEqualTo(scripted.actions
                        .get(new SessionId(4, 1, FIRST_DRAFT, 0))
                        .strip());
        for (Trajectory trajectory : group.getTrajectoriesList()) {
            assertThat(prompt(trajectory)).contains("What is 1+2? [" + best + "]<|im_end|>");
        }
        for (Trajectory draft : group.getDraftsList()) {
            assertThat(prompt(draft)).contains("What is 1+2?<|im_end|>");
            assertThat(draft.getSegments(1).getLogProbabilitiesCount()).isPositive();
        }
    }

    @Test
    void theFirstOfSeveralBestDraftsIsTaken() {
        var scripted = new Scripted();
        scripted.reward = session -> 0.5;
        Group group = play(scripted, work(DRAFTS)).getGroup();
        String first = scripted.actions.get(new SessionId(4, 1, FIRST_DRAFT, 0)).strip();
        assertThat(prompt(group.getTrajectories(0))).contains("[" + first + "]");
    }

    /** iGRPO, arXiv 2602.09000: with V = 0.3 for each of four drafts the best one is right with the probability 1 − (1 − V)^4. */
    @Test
    void theBestOfFourDraftsIsRightAsOftenAsOneOfThemIs() {
        double mass = 0;
        for (int outcome = 0; outcome < 1 << 4; outcome++) {
            int right = outcome;
            var scripted = new Scripted();
            scripted.reward = session -> right >> Math.max(0, session.trajectory() - FIRST_DRAFT) & 1;
            Group group = play(scripted, work(4)).getGroup();
            var said = new ArrayList<String>();
            for (int draft = 0; draft < 4; draft++) {
                said.add(scripted.actions
                        .get(new SessionId(4, 1, FIRST_DRAFT + draft, 0))
                        .strip());
            }
            assertThat(said).doesNotHaveDuplicates();
            String prompt = prompt(group.getTrajectories(0));
            int best = 0;
            while (!prompt.contains("[" + said.get(best) + "]")) {
                best++;
            }
            int successes = Integer.bitCount(outcome);
            mass += (outcome >> best & 1) * Math.pow(0.3, successes) * Math.pow(0.7, 4 - successes);
        }
        assertThat(mass).isCloseTo(0.7599, within(1e-12));
    }

    @Test
    void aGroupWithoutDraftsIsWhatItWasAndOneWithDraftsIsTheSameAgain() {
        Group plain = play(new Scripted(), work(0)).getGroup();
        assertThat(plain.getDraftsCount()).isZero();
        assertThat(plain.getTrajectories(1).getSeed()).isEqualTo(Seeds.derive(4, 1));
        Group drafted = play(new Scripted(), work(DRAFTS)).getGroup();
        assertThat(drafted.getTrajectories(1).getSeed()).isEqualTo(Seeds.derive(4, 1));
        assertThat(play(new Scripted(), work(DRAFTS)).getGroup()).isEqualTo(drafted);
    }

    @Test
    void aDraftWhoseEnvironmentKeepsFailingLosesTheGroupByName() {
        var scripted = new Scripted();
        scripted.fails = session -> session.trajectory() >= FIRST_DRAFT;
        WorkResult result = play(scripted, work(DRAFTS));
        assertThat(result.hasGroup()).isFalse();
        assertThat(result.getFailure()).startsWith("environment-failed");
        assertThat(scripted.opened).noneMatch(session -> session.trajectory() < TRAJECTORIES);
    }

    @Test
    void aTrajectoryThatIsPlayedAgainHasTheDraftAgain() {
        var scripted = new Scripted();
        scripted.fails = session -> session.trajectory() == 0 && session.retry() == 0;
        Group group = play(scripted, work(DRAFTS)).getGroup();
        assertThat(scripted.opened).contains(new SessionId(4, 1, 0, 1));
        assertThat(group.getTrajectories(0).getSegments(0))
                .isEqualTo(group.getTrajectories(1).getSegments(0));
    }

    @Test
    void draftsAreJudgedBesideEachOtherWhereTheFamilyDoesSo() {
        var scripted = new Scripted();
        scripted.judged = true;
        Group group = play(scripted, work(DRAFTS)).getGroup();
        assertThat(scripted.judgements)
                .containsExactly(new SessionId(4, 1, FIRST_DRAFT + DRAFTS, 0), new SessionId(4, 1, TRAJECTORIES, 0));
        // the family prefers the last
        String last =
                scripted.actions.get(new SessionId(4, 1, FIRST_DRAFT + 1, 0)).strip();
        assertThat(prompt(group.getTrajectories(0))).contains("[" + last + "]");
    }

    @Test
    void theSlotsOfTheTrajectoriesAreKeptWhileTheDraftsArePlayed() {
        var scripted = new Scripted();
        try (RolloutLoop loop = loop(scripted)) {
            scripted.loop = loop;
            loop.accept(work(DRAFTS));
            assertThat(loop.freeSlots()).isEqualTo(SLOTS - TRAJECTORIES);
            for (int i = 0; i < 5; i++) {
                loop.step();
                assertThat(loop.freeSlots()).isEqualTo(SLOTS - TRAJECTORIES);
            }
            finish(loop);
            assertThat(loop.freeSlots()).isEqualTo(SLOTS);
        }
    }

    @Test
    void realEnvironmentsOfSeveralTurnsGiveTheirWholeCourseAsTheDraft() {
        TaskFamilies families = TaskFamilies.load();
        var environments = new InlineEnvironments(families);
        Task task = VerifierProtos.toProto(families.get("agent/calculator").task(Split.TRAIN, 1, 2, 1));
        try (RolloutLoop loop = loop(environments)) {
            environments.answerTo(loop);
            loop.accept(work(DRAFTS).toBuilder().setTask(task).build());
            Group group = finish(loop).getGroup();
            assertThat(group.getTrajectoriesCount()).isEqualTo(TRAJECTORIES);
            assertThat(group.getDraftsCount()).isEqualTo(DRAFTS);
            for (Trajectory trajectory : group.getTrajectoriesList()) {
                assertThat(trajectory.hasVerdict()).isTrue();
                assertThat(trajectory.getSegments(0))
                        .isEqualTo(group.getTrajectories(0).getSegments(0))
                        .isNotEqualTo(group.getDrafts(0).getSegments(0));
            }
        }
    }

    @Test
    void theDraftGoesIntoTheLastMessageOfTheUserOrBecomesOne() {
        var prompt = new DraftPrompt(" [{draft}|{draft}]");
        var system = message("system", "Be brief.");
        var answer = message("assistant", "So");
        assertThat(prompt.into(List.of(message("user", "a"), system, message("user", "b"), answer), "D"))
                .containsExactly(message("user", "a"), system, message("user", "b [D|D]"), answer);
        assertThat(prompt.into(List.of(system), "D")).containsExactly(system, message("user", " [D|D]"));
        assertThat(prompt.into(List.of(system, answer), "D"))
                .containsExactly(system, message("user", " [D|D]"), answer);
    }

    private WorkResult play(Scripted scripted, Work work) {
        try (RolloutLoop loop = loop(scripted)) {
            scripted.loop = loop;
            loop.accept(work);
            WorkResult result = finish(loop);
            assertThat(loop.freeSlots()).isEqualTo(SLOTS);
            assertThat(scripted.closed).containsAll(scripted.opened);
            return result;
        }
    }

    private static WorkResult finish(RolloutLoop loop) {
        for (int step = 0; step < 2000; step++) {
            List<WorkResult> results = loop.takeResults();
            if (!results.isEmpty()) {
                return results.get(0);
            }
            loop.step();
        }
        throw new AssertionError("no result; waiting for " + loop.waiting());
    }

    private RolloutLoop loop(Environments environments) {
        return new RolloutLoop(
                new LocalEngine(policy, manager, SLOTS, 256, 0),
                policy,
                environments,
                new RolloutLoop.Settings(4, 2, true),
                () -> 0);
    }

    private static Work work(int drafts) {
        return Work.newBuilder()
                .setLease(Lease.newBuilder().setGroupId(4).setAttempt(1))
                .setGroupSize(TRAJECTORIES)
                .setSeed(4)
                .setDrafting(Drafting.newBuilder().setCount(drafts).setPrompt(" [{draft}]"))
                .setSampling(Sampling.newBuilder()
                        .setTemperature(1)
                        .setTopP(1)
                        .setMaxTurnTokens(12)
                        .setMaxTrajectoryTokens(250))
                .build();
    }

    private String prompt(Trajectory trajectory) {
        Segment first = trajectory.getSegments(0);
        assertThat(first.getSource()).isEqualTo(Source.SOURCE_PROMPT);
        return policy.tokenizer()
                .decode(first.getTokenIdsList().stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
    }

    private static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }

    /** Environments of one turn with the rewards that the test says. */
    private static final class Scripted implements Environments {
        final List<SessionId> opened = new ArrayList<>();
        final List<SessionId> closed = new ArrayList<>();
        final List<SessionId> judgements = new ArrayList<>();
        final Map<SessionId, String> actions = new HashMap<>();
        RolloutLoop loop;
        ToDoubleFunction<SessionId> reward = session -> 0;
        Function<SessionId, Boolean> fails = session -> false;
        boolean judged;

        @Override
        public void open(SessionId session, Task task, long seed) {
            opened.add(session);
            loop.opened(session, List.of(message("user", "What is 1+2?")), List.of(), judged);
        }

        @Override
        public void step(SessionId session, String action) {
            actions.put(session, action);
            if (fails.apply(session)) {
                loop.failed(session, "out of cheese");
            } else {
                loop.stepped(session, new StepResult.Done(verdict(reward.applyAsDouble(session))));
            }
        }

        @Override
        public void truncate(SessionId session, String reason) {
            step(session, actions.getOrDefault(session, ""));
        }

        @Override
        public void judgeGroup(SessionId judgement, Task task, List<GroupMember> members) {
            judgements.add(judgement);
            var verdicts = new ArrayList<Verdict>();
            for (int i = 0; i < members.size(); i++) {
                verdicts.add(verdict(0.1 * (i + 1)));
            }
            loop.groupJudged(judgement, verdicts);
        }

        @Override
        public void close(SessionId session) {
            closed.add(session);
        }
    }
}

package io.troupe.rollout;

import static io.troupe.rollout.PlayedLoops.play;
import static io.troupe.rollout.ScriptedEnvironments.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.proto.v1.Group;
import io.troupe.proto.v1.Sampling;
import io.troupe.proto.v1.Segment;
import io.troupe.proto.v1.Source;
import io.troupe.proto.v1.Trajectory;
import io.troupe.proto.v1.Work;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.Message;
import io.troupe.verifier.StepResult;
import io.troupe.verifier.TaskFamilies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a group is played where nothing goes wrong. */
class RolloutLoopTest {

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
    void everyTrajectoryOfAGroupIsJudgedByItsRealEnvironmentAndCarriesWhatWasSampled() {
        var environments = new InlineEnvironments(loops.families);
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.answerTo(loop);
            loop.accept(loops.work(3, "math/arithmetic", 4));
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
            assertThat(loop.freeSlots()).isEqualTo(PlayedLoops.SLOTS);
        }
    }

    @Test
    void anObservationFollowsTheTurnAsTheTemplateRendersItAndCarriesNoLogProbability() {
        var environments = new ScriptedEnvironments();
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.onStep = session -> loop.stepped(
                    session,
                    environments.steps < 3
                            ? new StepResult.Continue(List.of(Message.tool("42")))
                            : new StepResult.Done(verdict(1)));
            Work work = loops.work(1, "math/arithmetic", 1);
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
                assertThat(loops.text(segment)).isEqualTo("\n<|im_start|>tool\n42<|im_end|>\n<|im_start|>assistant\n");
                assertThat(segment.getLogProbabilitiesCount()).isZero();
            }
        }
    }

    @Test
    void aTemplateWithAPlaceForToolsDescribesThemInThePrompt() throws IOException {
        loops.prependToTemplate("{% for t in tools or [] %}[{{ t.function.name }}]{% endfor %}");
        var environments = new InlineEnvironments(loops.families.configured(List.of(
                new TaskFamilies.Entry("agent/calculator", "agent/calculator", "{\"tool-format\": \"template\"}"))));
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.answerTo(loop);
            loop.accept(loops.work(5, "agent/calculator", 1));
            Segment prompt = play(loop).getGroup().getTrajectories(0).getSegments(0);
            assertThat(loops.text(prompt))
                    .startsWith("[calculator]<|im_start|>system\n")
                    .doesNotContain("<tools>");
        }
    }

    @Test
    void aFamilyThatJudgesGroupsSeesAllTrajectoriesAndItsVerdictsCount() {
        var environments = new ScriptedEnvironments();
        try (RolloutLoop loop = loops.loop(environments, false)) {
            environments.onStep = session -> loop.stepped(session, new StepResult.Done(verdict(1)));
            var seen = new ArrayList<GroupMember>();
            environments.onJudge = (judgement, members) -> {
                seen.addAll(members);
                assertThat(loop.waiting()).anyMatch(line -> line.contains("judgement of the whole group"));
                loop.groupJudged(judgement, List.of(verdict(0.25), verdict(0.5), verdict(0.75)));
            };
            loop.accept(loops.work(7, "math/arithmetic", 3));
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
    void isolatedGroupsAreTheSameWhateverWasAcceptedWithThem() {
        List<Group> alone = isolated(List.of(loops.work(2, "agent/calculator", 4)));
        List<Group> together = isolated(List.of(
                loops.work(1, "math/arithmetic", 4),
                loops.work(2, "agent/calculator", 4),
                loops.work(3, "math/arithmetic", 2)));
        assertThat(together.get(1)).isEqualTo(alone.get(0));
    }

    private List<Group> isolated(List<Work> works) {
        var environments = new InlineEnvironments(loops.families);
        try (RolloutLoop loop = loops.loop(environments, true)) {
            environments.answerTo(loop);
            works.forEach(loop::accept);
            var groups = new ArrayList<Group>();
            for (int i = 0; i < works.size(); i++) {
                groups.add(play(loop).getGroup());
            }
            return groups;
        }
    }
}

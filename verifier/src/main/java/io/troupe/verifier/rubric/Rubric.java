package io.troupe.verifier.rubric;

import io.troupe.verifier.FuelExhaustedException;
import io.troupe.verifier.GroupMember;
import io.troupe.verifier.GroupRubric;
import io.troupe.verifier.Outcome;
import io.troupe.verifier.RewardComponent;
import io.troupe.verifier.Task;
import io.troupe.verifier.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an episode is worth: named components, each a score times its weight; gates, which must pass for the components after them to be looked at; metrics,
 * which are logged and worth nothing; and group components, which compare the trajectories of a group.
 *
 * <pre>{@code
 * Rubric<ToolEpisode> rubric = Rubric.<ToolEpisode>empty()
 *         .gate("format", 1, (episode, answered) -> wellFormed(episode) ? 1 : -1, 0)
 *         .component("answer", 2, (episode, answered) -> answered.reward(), -2)
 *         .metric("calls", (episode, answered) -> episode.calls());
 * }</pre>
 *
 * <p>The outcome, the extracted answer and the rule are those of the verdict on the answer alone. Where that verdict carries no reward it stands, and
 * nothing is scored. A score that throws or is not finite gives an {@link Outcome#ERROR}, one that runs out of fuel {@link Outcome#UNDECIDED}. Immutable:
 * every method answers a new rubric. Safe for any thread.
 *
 * @param <E> what the environment kept of its episode
 */
public final class Rubric<E> {

    /** A score by its name; a gate passes at a least score, a component may be worth something although a gate before it is shut. */
    private record Part<E>(String name, double weight, Score<E> score, boolean gate, double passes, double whenShut) {}

    private record GroupPart(String name, double weight, GroupScore score) {}

    /** A score failed: what failed and how. */
    private static final class ScoreFailure extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Verdict verdict;

        ScoreFailure(Verdict verdict) {
            super(verdict.rule());
            this.verdict = verdict;
        }
    }

    private final List<Part<E>> parts;
    private final List<GroupPart> groupParts;

    private Rubric(List<Part<E>> parts, List<GroupPart> groupParts) {
        this.parts = List.copyOf(parts);
        this.groupParts = List.copyOf(groupParts);
        Set<String> names = new HashSet<>();
        parts.forEach(part -> requireNew(names, part.name()));
        groupParts.forEach(part -> requireNew(names, part.name()));
    }

    /**
     * A rubric without any part: every episode is worth 0.
     *
     * @param <E> what the environment kept of its episode
     */
    public static <E> Rubric<E> empty() {
        return new Rubric<>(List.of(), List.of());
    }

    /**
     * With a component; it is worth nothing when a gate before it is shut.
     *
     * @param name what is measured
     * @param weight what a score of 1 is worth; 0 makes it a metric
     * @param score measures it
     * @return the rubric
     */
    public Rubric<E> component(String name, double weight, Score<E> score) {
        return component(name, weight, score, 0);
    }

    /**
     * With a component.
     *
     * @param name what is measured
     * @param weight what a score of 1 is worth; 0 makes it a metric
     * @param score measures it
     * @param whenShut what the component is worth, weight included, when a gate before it is shut
     * @return the rubric
     */
    public Rubric<E> component(String name, double weight, Score<E> score, double whenShut) {
        return with(new Part<>(name, finite(name, weight), score, false, 0, finite(name, whenShut)));
    }

    /**
     * With a gate: a component that must reach a least score. Else it is shut, the components after it are not scored and are worth their value for a
     * shut gate, and so are gates after it worth nothing.
     *
     * @param name what is measured
     * @param weight what a score of 1 is worth; may be 0
     * @param score measures it
     * @param passes the least score that passes
     * @return the rubric
     */
    public Rubric<E> gate(String name, double weight, Score<E> score, double passes) {
        return with(new Part<>(name, finite(name, weight), score, true, finite(name, passes), 0));
    }

    /**
     * With a metric: logged, worth nothing, measured whatever the gates say.
     *
     * @param name what is measured
     * @param score measures it
     * @return the rubric
     */
    public Rubric<E> metric(String name, Score<E> score) {
        return component(name, 0, score);
    }

    /**
     * With a component that compares the trajectories of a group; it is judged through {@link #groupRubric}.
     *
     * @param name what is measured
     * @param weight what a score of 1 is worth; 0 makes it a metric
     * @param score measures it
     * @return the rubric
     */
    public Rubric<E> group(String name, double weight, GroupScore score) {
        List<GroupPart> more = new ArrayList<>(groupParts);
        more.add(new GroupPart(name, finite(name, weight), score));
        return new Rubric<>(parts, more);
    }

    /**
     * Judges an episode.
     *
     * @param episode what happened
     * @param answered how the answer alone was judged
     * @return the verdict; {@code answered} itself if that carries no reward
     */
    public Verdict judge(E episode, Verdict answered) {
        if (!answered.outcome().carriesReward()) {
            return answered;
        }
        List<RewardComponent> components = new ArrayList<>();
        List<RewardComponent> metrics = new ArrayList<>();
        boolean open = true;
        try {
            for (Part<E> part : parts) {
                if (!open && (part.weight() != 0 || part.gate())) {
                    components.add(new RewardComponent(part.name(), part.whenShut()));
                    continue;
                }
                double score = score(part, episode, answered);
                if (part.weight() == 0) {
                    metrics.add(new RewardComponent(part.name(), score));
                } else {
                    components.add(new RewardComponent(part.name(), weighted(part.name(), part.weight(), score)));
                }
                open &= !part.gate() || score >= part.passes();
            }
        } catch (ScoreFailure e) {
            return e.verdict;
        }
        return Verdict.of(answered.outcome(), components, answered.extracted(), answered.rule())
                .withMetrics(metrics);
    }

    /** The part of this rubric that compares the trajectories of a group, if there is any. */
    public Optional<GroupRubric> groupRubric() {
        return groupParts.isEmpty() ? Optional.empty() : Optional.of(this::judgeGroup);
    }

    private List<Verdict> judgeGroup(Task task, List<GroupMember> members) {
        List<Verdict> verdicts =
                new ArrayList<>(members.stream().map(GroupMember::verdict).toList());
        try {
            for (GroupPart part : groupParts) {
                List<Double> scores = score(part, task, members);
                for (int i = 0; i < verdicts.size(); i++) {
                    verdicts.set(i, plus(verdicts.get(i), part, scores.get(i)));
                }
            }
            return List.copyOf(verdicts);
        } catch (ScoreFailure e) {
            return members.stream().map(member -> e.verdict).toList();
        }
    }

    private static Verdict plus(Verdict verdict, GroupPart part, double score) throws ScoreFailure {
        if (part.weight() == 0) {
            List<RewardComponent> metrics = new ArrayList<>(verdict.metrics());
            metrics.add(new RewardComponent(part.name(), score));
            return verdict.withMetrics(metrics);
        }
        List<RewardComponent> components = new ArrayList<>(verdict.components());
        components.add(new RewardComponent(part.name(), weighted(part.name(), part.weight(), score)));
        return Verdict.of(verdict.outcome(), components, verdict.extracted(), verdict.rule())
                .withMetrics(verdict.metrics());
    }

    // A score is other people's code: whatever it throws is an error of this verdict alone.
    private static <E> double score(Part<E> part, E episode, Verdict answered) throws ScoreFailure {
        try {
            return measured(part.name(), part.score().of(episode, answered));
        } catch (FuelExhaustedException e) {
            throw new ScoreFailure(Verdict.withoutReward(Outcome.UNDECIDED, part.name() + ": " + e.getMessage()));
        } catch (ScoreFailure e) {
            throw e;
        } catch (Exception | StackOverflowError e) {
            throw failed(part.name(), e.toString());
        }
    }

    private static List<Double> score(GroupPart part, Task task, List<GroupMember> members) throws ScoreFailure {
        List<Double> scores;
        try {
            scores = part.score().of(task, members);
        } catch (FuelExhaustedException e) {
            throw new ScoreFailure(Verdict.withoutReward(Outcome.UNDECIDED, part.name() + ": " + e.getMessage()));
        } catch (Exception | StackOverflowError e) {
            throw failed(part.name(), e.toString());
        }
        if (scores.size() != members.size()) {
            throw failed(part.name(), scores.size() + " scores for " + members.size() + " trajectories");
        }
        for (double score : scores) {
            measured(part.name(), score);
        }
        return scores;
    }

    private static double measured(String name, double score) throws ScoreFailure {
        if (!Double.isFinite(score)) {
            throw failed(name, "the score is " + score);
        }
        return score;
    }

    private static double weighted(String name, double weight, double score) throws ScoreFailure {
        return score == 0 ? 0 : measured(name, weight * score);
    }

    private static ScoreFailure failed(String name, String how) {
        return new ScoreFailure(Verdict.withoutReward(Outcome.ERROR, "the score '" + name + "' failed: " + how));
    }

    private Rubric<E> with(Part<E> part) {
        List<Part<E>> more = new ArrayList<>(parts);
        more.add(part);
        return new Rubric<>(more, groupParts);
    }

    private static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("weights and values of " + name + " must be finite, not " + value);
        }
        return value;
    }

    private static void requireNew(Set<String> names, String name) {
        if (name.isBlank() || !names.add(name)) {
            throw new IllegalArgumentException("a rubric needs a name for each part, each once; not '" + name + "'");
        }
    }
}

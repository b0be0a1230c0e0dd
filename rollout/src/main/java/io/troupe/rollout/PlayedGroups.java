package io.troupe.rollout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The groups that a loop plays, in the order of their ids, and what they wait for. Owned by the loop's thread. */
final class PlayedGroups {

    private final Map<Long, GroupPlay> groups = new TreeMap<>();

    void add(GroupPlay group) {
        groups.put(group.id(), group);
    }

    @Nullable
    GroupPlay remove(long group) {
        return groups.remove(group);
    }

    @Nullable
    GroupPlay get(long group) {
        return groups.get(group);
    }

    /** The group of a session, if it is played. */
    @Nullable
    GroupPlay of(SessionId session) {
        return groups.get(session.group());
    }

    Collection<GroupPlay> all() {
        return groups.values();
    }

    int size() {
        return groups.size();
    }

    void clear() {
        groups.clear();
    }

    /** The episode of a session, unless the session is of an earlier try or an earlier stage. */
    @Nullable
    Episode episode(SessionId session) {
        GroupPlay playing = of(session);
        return playing == null ? null : playing.episode(session);
    }

    /** The same, if it is in a phase. */
    @Nullable
    Episode episode(SessionId session, Episode.Phase phase) {
        Episode episode = episode(session);
        return episode != null && episode.phase() == phase ? episode : null;
    }

    /** The group whose judgement as a whole a session names, if it is awaited. */
    @Nullable
    GroupPlay judging(SessionId session) {
        GroupPlay playing = of(session);
        return playing != null && playing.isJudging() && playing.judgement().equals(session) ? playing : null;
    }

    /** Whether an answer to a session is still of use. */
    boolean isAwaited(SessionId session) {
        return episode(session, Episode.Phase.OPENING) != null
                || episode(session, Episode.Phase.STEPPING) != null
                || judging(session) != null;
    }

    /** How many answers are to come. */
    int awaited() {
        var count = new int[1];
        forEachAwaited(episode -> count[0]++);
        return count[0]
                + (int) groups.values().stream().filter(GroupPlay::isJudging).count();
    }

    /** The sessions that have owed an answer for longer than a time. */
    List<SessionId> overdue(long nanoTime, Duration patience) {
        var overdue = new ArrayList<SessionId>();
        forEachAwaited(episode -> {
            if (nanoTime - episode.waitingSince() > patience.toNanos()) {
                overdue.add(episode.session());
            }
        });
        for (GroupPlay playing : groups.values()) {
            if (playing.isJudging() && nanoTime - playing.judgingSince() > patience.toNanos()) {
                overdue.add(playing.judgement());
            }
        }
        return overdue;
    }

    /** A line for the trajectory that waits longest for its environment, and one for each group that is being judged. */
    List<String> waiting(long nanoTime) {
        var lines = new ArrayList<String>();
        var awaited = new ArrayList<Episode>();
        forEachAwaited(awaited::add);
        if (!awaited.isEmpty()) {
            Episode longest = Collections.min(awaited, Comparator.comparingLong(Episode::waitingSince));
            lines.add(String.format(
                    "%s waits for its environment (%s) for %.1f s%s",
                    longest.session(),
                    longest.phase() == Episode.Phase.OPENING ? "opening" : "turn " + longest.turns(),
                    (nanoTime - longest.waitingSince()) / 1e9,
                    awaited.size() == 1 ? "" : ", " + (awaited.size() - 1) + " others not as long"));
        }
        for (GroupPlay playing : groups.values()) {
            if (playing.isJudging()) {
                lines.add(String.format(
                        "group %d waits for its family's judgement of the whole group for %.1f s",
                        playing.id(), (nanoTime - playing.judgingSince()) / 1e9));
            }
        }
        return lines;
    }

    private void forEachAwaited(Consumer<Episode> action) {
        groups.values().forEach(playing -> playing.forEachAwaited(action));
    }
}

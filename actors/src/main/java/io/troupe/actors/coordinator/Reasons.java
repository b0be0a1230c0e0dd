package io.troupe.actors.coordinator;

/** Names under which groups are discarded. A worker's reason is a name and, after a colon, the particulars. */
final class Reasons {

    /** All rewards of the group are equal, so that its trajectories cannot be compared. */
    static final String NO_SIGNAL = "no-signal";

    private static final int LONGEST = 60;

    private Reasons() {}

    /** Whether a group was lost by whoever sampled it, and may be sampled again. */
    static boolean isOfEngine(String name) {
        return name.startsWith("engine-") && !name.equals("engine-reencoding-mismatch");
    }

    /** The name in a worker's reason: what the ledger counts by, so there must not be one for every group. */
    static String name(String reason) {
        int colon = reason.indexOf(':');
        String name = (colon < 0 ? reason : reason.substring(0, colon)).strip();
        if (name.isEmpty()) {
            return "unnamed";
        }
        return name.length() <= LONGEST ? name : name.substring(0, LONGEST);
    }
}

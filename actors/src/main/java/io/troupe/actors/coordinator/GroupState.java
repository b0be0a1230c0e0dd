package io.troupe.actors.coordinator;

import io.troupe.proto.v1.Group;

/** Where a group in flight stands. The terminal states, trained and discarded, are counters of the {@link Ledger}. */
sealed interface GroupState {

    /** How many leases the group has had. */
    int attempts();

    /** The state in words. */
    String words();

    /** Waits for a worker. */
    record Admitted(int attempts) implements GroupState {
        @Override
        public String words() {
            return "admitted";
        }
    }

    /**
     * A worker samples it.
     *
     * @param attempts the number of this lease, from 1
     * @param worker who holds the lease
     * @param sinceMillis when it was granted
     * @param deadlineMillis when it ends
     */
    record Leased(int attempts, String worker, long sinceMillis, long deadlineMillis) implements GroupState {
        @Override
        public String words() {
            return "leased to " + worker + ", attempt " + attempts;
        }
    }

    /**
     * Sampled and judged.
     *
     * @param attempts the number of the lease that brought it
     * @param group the result
     * @param oldestVersion version of its oldest token
     * @param handed whether the learner has it in hand
     */
    record Collected(int attempts, Group group, long oldestVersion, boolean handed) implements GroupState {
        @Override
        public String words() {
            return handed ? "in the learner's hands" : "collected";
        }
    }
}

package io.troupe.environments.search;

import io.troupe.verifier.Task;

/**
 * A finished episode, as its rubric sees it.
 *
 * @param task what was asked
 * @param transcript the policy's turns, each up to its action, and the observations
 * @param information what the searches found
 * @param answered whether the policy gave an answer
 * @param searches how many searches it made
 * @param invalid how many of its turns were neither a search nor an answer
 */
record SearchEpisode(Task task, String transcript, String information, boolean answered, int searches, int invalid) {}

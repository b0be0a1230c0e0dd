package io.troupe.rollout.serve;

import io.troupe.rollout.Sequence;

/**
 * A turn that the engine sampled.
 *
 * @param tokens what was sampled, the token that ended it included
 * @param logProbabilities of each, at the sampling temperature and before truncation
 * @param end why it ended
 * @param weightVersion the name of the weights that sampled it
 */
record SampledTurn(int[] tokens, float[] logProbabilities, Sequence.TurnEnd end, String weightVersion) {}

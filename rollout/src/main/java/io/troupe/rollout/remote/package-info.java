/** Inference servers that sample for Troupe: what is asked of them, how their answers are read, and how new weights reach them. */
@NullMarked
package io.troupe.rollout.remote;

import org.jspecify.annotations.NullMarked;

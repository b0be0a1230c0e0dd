/** The learner: one update of the policy from a batch of groups, and the supervised warm start. */
@NullMarked
package io.troupe.learner;

import org.jspecify.annotations.NullMarked;

/** The learner as an actor, the policy's versions it publishes, and the log of what it learned from. */
@NullMarked
package io.troupe.actors.learning;

import org.jspecify.annotations.NullMarked;

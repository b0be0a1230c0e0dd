/** From the rewards of a group to one advantage a trajectory. */
@NullMarked
package io.troupe.learner.advantage;

import org.jspecify.annotations.NullMarked;

/** The learning rate as a pure function of the step. */
@NullMarked
package io.troupe.learner.schedule;

import org.jspecify.annotations.NullMarked;

/** The token critic of ETPO: what a token is worth, and how that is learned. */
@NullMarked
package io.troupe.learner.critic;

import org.jspecify.annotations.NullMarked;

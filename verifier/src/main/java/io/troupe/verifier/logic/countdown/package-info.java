/** Countdown: numbers and a target to be made of them. */
@NullMarked
package io.troupe.verifier.logic.countdown;

import org.jspecify.annotations.NullMarked;

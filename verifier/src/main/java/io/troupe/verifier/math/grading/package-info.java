/** Grading a model's text against a mathematical gold: finding the answer in the text, and the rewards of several peers. */
@NullMarked
package io.troupe.verifier.math.grading;

import org.jspecify.annotations.NullMarked;

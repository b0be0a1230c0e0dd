/** The objective as a composition: advantage, token weight, trust region, off-policy correction, regulariser, aggregation. */
@NullMarked
package io.troupe.learner.objective;

import org.jspecify.annotations.NullMarked;

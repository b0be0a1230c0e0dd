/** Syllogisms: whether a statement about all, some or none follows. */
@NullMarked
package io.troupe.verifier.logic.syllogism;

import org.jspecify.annotations.NullMarked;

/** Propositional logic: conclusions that need several premises. */
@NullMarked
package io.troupe.verifier.logic.propositional;

import org.jspecify.annotations.NullMarked;

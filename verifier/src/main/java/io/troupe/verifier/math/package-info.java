/** Exact arithmetic: a total evaluator of expressions, and tasks that ask for their value. */
@NullMarked
package io.troupe.verifier.math;

import org.jspecify.annotations.NullMarked;

/** Grading short answers in words: exact match, containment and token F1. */
@NullMarked
package io.troupe.verifier.qa;

import org.jspecify.annotations.NullMarked;

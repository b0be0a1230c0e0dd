/** The mathematical heart of the maths checker: answers in LaTeX or plain text as typed expressions, and the decision whether two of them are equal. */
@NullMarked
package io.troupe.verifier.math.answer;

import org.jspecify.annotations.NullMarked;

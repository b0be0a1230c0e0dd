/** Task families whose tasks come from files of questions and answers. */
@org.jspecify.annotations.NullMarked
package io.troupe.verifier.dataset;

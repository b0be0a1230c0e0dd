/** Tools that a policy calls in the middle of an episode: what a tool is, how a call is written, and the environment that runs them until an answer. */
@NullMarked
package io.troupe.verifier.tool;

import org.jspecify.annotations.NullMarked;

/** An inference server over the local engine, which speaks the completions API. */
@NullMarked
package io.troupe.rollout.serve;

import org.jspecify.annotations.NullMarked;

/** Tasks of several turns in which the policy uses a tool. */
@NullMarked
package io.troupe.verifier.agent;

import org.jspecify.annotations.NullMarked;

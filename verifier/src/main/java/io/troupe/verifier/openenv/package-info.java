/** Environments of any language behind HTTP servers that speak OpenEnv's {@code /reset} and {@code /step}. */
@org.jspecify.annotations.NullMarked
package io.troupe.verifier.openenv;

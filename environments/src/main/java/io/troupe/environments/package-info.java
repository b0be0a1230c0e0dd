/** Task families that need large libraries; found by the service loader like a plug-in, so that the verifier module stays small. */
@org.jspecify.annotations.NullMarked
package io.troupe.environments;

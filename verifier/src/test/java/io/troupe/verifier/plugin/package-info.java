/** Environments as a plug-in's author would write them. */
@org.jspecify.annotations.NullMarked
package io.troupe.verifier.plugin;

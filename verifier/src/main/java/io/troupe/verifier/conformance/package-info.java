/** What a plug-in's author tests an environment with. Needs JUnit Jupiter, which Troupe itself does not bring along. */
@org.jspecify.annotations.NullMarked
package io.troupe.verifier.conformance;

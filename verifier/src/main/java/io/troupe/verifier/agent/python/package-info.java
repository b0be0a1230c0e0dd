/** Problems that are tedious by hand, and a Python interpreter in a sandbox to solve them with. */
@NullMarked
package io.troupe.verifier.agent.python;

import org.jspecify.annotations.NullMarked;

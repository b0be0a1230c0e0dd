/** Tests of the command line. */
@NullMarked
package io.troupe.actors.cli;

import org.jspecify.annotations.NullMarked;

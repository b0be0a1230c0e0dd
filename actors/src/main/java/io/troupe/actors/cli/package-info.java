/** The command line: one class a verb, the words in which errors are said, logging and signals. */
@NullMarked
package io.troupe.actors.cli;

import org.jspecify.annotations.NullMarked;

/** Makes the updates of a run again from its trajectory log, and compares. */
@NullMarked
package io.troupe.actors.replay;

import org.jspecify.annotations.NullMarked;

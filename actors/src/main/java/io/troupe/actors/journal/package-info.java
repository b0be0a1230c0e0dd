/** What a run tells the outside while it goes on: metrics, events, what it waits for. */
@NullMarked
package io.troupe.actors.journal;

import org.jspecify.annotations.NullMarked;

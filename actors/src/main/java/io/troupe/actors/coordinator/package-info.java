/** Who samples what, until when, and what became of it: the ledger, the staleness gate and the actor around them. */
@NullMarked
package io.troupe.actors.coordinator;

import org.jspecify.annotations.NullMarked;

/** What actors of different nodes say to each other, and how it becomes bytes. */
@NullMarked
package io.troupe.actors.wire;

import org.jspecify.annotations.NullMarked;

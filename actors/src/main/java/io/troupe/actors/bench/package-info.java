/** Measurements that users can repeat. */
@NullMarked
package io.troupe.actors.bench;

import org.jspecify.annotations.NullMarked;

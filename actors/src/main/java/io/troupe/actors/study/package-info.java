/** Studies: a matrix of variants, tasks and seeds, each run in a process of its own, and the statistics over what came out. */
@NullMarked
package io.troupe.actors.study;

import org.jspecify.annotations.NullMarked;

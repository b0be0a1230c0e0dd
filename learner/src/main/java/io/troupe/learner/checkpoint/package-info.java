/** Atomic checkpoints in a folder: written aside, synced, renamed, and verified before they are believed. */
@NullMarked
package io.troupe.learner.checkpoint;

import org.jspecify.annotations.NullMarked;

/** What a batch looked like, for people who watch a run. Nothing here is learned from. */
@NullMarked
package io.troupe.learner.report;

import org.jspecify.annotations.NullMarked;

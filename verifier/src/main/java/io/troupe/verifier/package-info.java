/** Tasks, environments and verdicts: what a plug-in implements, and how its tasks are found, split, demonstrated and judged. */
@NullMarked
package io.troupe.verifier;

import org.jspecify.annotations.NullMarked;

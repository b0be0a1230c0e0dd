/** Tasks, messages and verdicts as protocol buffers and back. */
@NullMarked
package io.troupe.verifier.wire;

import org.jspecify.annotations.NullMarked;

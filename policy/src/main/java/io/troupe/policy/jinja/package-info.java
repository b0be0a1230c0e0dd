/** An interpreter of Jinja as chat templates are written in it: sandboxed, without access to Java, bounded in steps, text and depth. */
@NullMarked
package io.troupe.policy.jinja;

import org.jspecify.annotations.NullMarked;

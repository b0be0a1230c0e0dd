/** Other people's code in processes with hard limits: environments of plug-ins in child JVMs, and commands in sandboxes. */
@NullMarked
package io.troupe.verifier.isolation;

import org.jspecify.annotations.NullMarked;

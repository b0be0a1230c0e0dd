/** Tests of the configuration. */
@NullMarked
package io.troupe.actors.config;

import org.jspecify.annotations.NullMarked;

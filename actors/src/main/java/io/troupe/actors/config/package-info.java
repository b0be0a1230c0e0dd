/** The typed configuration: records for every section, a strict binder from HOCON, and the layers that a value may come from. */
@NullMarked
package io.troupe.actors.config;

import org.jspecify.annotations.NullMarked;

/** Tests of what a person sees. */
@NullMarked
package io.troupe.actors.view;

import org.jspecify.annotations.NullMarked;

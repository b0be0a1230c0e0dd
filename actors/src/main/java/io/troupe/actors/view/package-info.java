/** What a person sees of a run: the live view in the terminal and the report. Both only look; neither can change a run. */
@NullMarked
package io.troupe.actors.view;

import org.jspecify.annotations.NullMarked;

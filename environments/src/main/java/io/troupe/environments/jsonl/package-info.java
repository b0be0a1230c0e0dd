/** JSON Lines files, read line by line with errors that name file and line. */
@NullMarked
package io.troupe.environments.jsonl;

import org.jspecify.annotations.NullMarked;

/** Questions that are answered by searching: Search-R1's protocol over a generated world, a corpus of one's own, or a retrieval server. */
@NullMarked
package io.troupe.environments.search;

import org.jspecify.annotations.NullMarked;

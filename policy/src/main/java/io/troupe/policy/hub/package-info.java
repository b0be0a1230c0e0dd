/** Fetches policies from a Hugging Face hub into the cache that its other clients use too. */
@NullMarked
package io.troupe.policy.hub;

import org.jspecify.annotations.NullMarked;

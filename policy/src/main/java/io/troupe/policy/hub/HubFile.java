package io.troupe.policy.hub;

import org.jspecify.annotations.Nullable;

/**
 * A file of a repository.
 *
 * @param name its path in the repository
 * @param size in bytes
 * @param sha256 the digest of a large file, in hexadecimal; null for one that git keeps itself
 * @param blob git's own name for the content: SHA-1 of "blob SIZE\0" and the bytes
 */
record HubFile(String name, long size, @Nullable String sha256, String blob) {

    /** The name under which the cache keeps the content. */
    String etag() {
        return sha256 == null ? blob : sha256;
    }
}

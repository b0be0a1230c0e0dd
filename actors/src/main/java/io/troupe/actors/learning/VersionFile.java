package io.troupe.actors.learning;

import io.troupe.proto.v1.FileManifest;
import io.troupe.proto.v1.PolicyVersion;
import java.nio.file.Path;

/**
 * A version of the policy whose bytes are a file here.
 *
 * @param policy the version
 * @param file its bytes
 * @param manifest how they are checked in chunks
 */
public record VersionFile(PolicyVersion policy, Path file, FileManifest manifest) {

    /** Its number. */
    public long version() {
        return policy.getVersion();
    }
}

package io.troupe.actors.learning;

import io.troupe.proto.v1.PolicyVersion;
import java.io.IOException;
import java.nio.file.Files;

/** Makes the bytes of announced versions available, and lets go of them. Called by one actor; calls return at once. */
public interface PolicyOutlet {

    /** For workers in this process alone: they read the file, and it is deleted when none needs it. */
    PolicyOutlet FILES = new PolicyOutlet() {
        @Override
        public PolicyVersion offer(VersionFile version) {
            return version.policy();
        }

        @Override
        public void retire(VersionFile version) throws IOException {
            Files.deleteIfExists(version.file());
        }
    };

    /** For files that someone else keeps as long as is needed. */
    PolicyOutlet KEPT_ELSEWHERE = new PolicyOutlet() {
        @Override
        public PolicyVersion offer(VersionFile version) {
            return version.policy();
        }

        @Override
        public void retire(VersionFile version) {}
    };

    /** A worker of another node is to have a version. Returns what it is told. */
    PolicyVersion offer(VersionFile version);

    /** No worker needs a version any more. */
    void retire(VersionFile version) throws IOException;
}

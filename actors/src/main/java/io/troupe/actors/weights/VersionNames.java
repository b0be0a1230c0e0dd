package io.troupe.actors.weights;

/** What versions are called between nodes. */
public final class VersionNames {

    private static final String PREFIX = "version/";

    private VersionNames() {}

    /** The name of a version. */
    public static String of(long version) {
        return PREFIX + version;
    }

    static boolean isVersion(String name) {
        return name.startsWith(PREFIX);
    }

    /** The version of a name that {@link #of} made. */
    static long version(String name) {
        return Long.parseLong(name.substring(PREFIX.length()));
    }
}

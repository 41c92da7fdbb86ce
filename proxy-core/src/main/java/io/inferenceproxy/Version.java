package io.inferenceproxy;

/** The version of the library. */
public final class Version {

    private Version() {}

    /** As the manifest of the jar says it; {@code dev} when run from classes. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}

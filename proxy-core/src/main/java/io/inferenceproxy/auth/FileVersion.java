package io.inferenceproxy.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Tells one content of a file from another without reading it: a replaced file is another file. */
record FileVersion(long modified, long size, @Nullable Object key) {

    static FileVersion of(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        return new FileVersion(
                attributes.lastModifiedTime().toInstant().toEpochMilli(), attributes.size(), attributes.fileKey());
    }
}

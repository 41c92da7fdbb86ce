package io.inferenceproxy.pem;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/** A file with PEM in it that a setting names. */
final class PemFile {

    private static final int MOST_BYTES = 4 << 20;

    private final String key;
    private final Path path;
    private final String text;

    private PemFile(String key, Path path, String text) {
        this.key = key;
        this.path = path;
        this.text = text;
    }

    static PemFile read(String key, Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException(key + ": " + path + " has more than 4MB (expected: a PEM file)");
            }
            return new PemFile(key, path, new String(bytes, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException absent) {
            throw new UncheckedIOException(key + ": " + path + " cannot be read, there is no such file", absent);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    key + ": " + path + " cannot be read ("
                            + unreadable.getClass().getSimpleName() + ")",
                    unreadable);
        }
    }

    /** Makes something of its blocks; what goes wrong names the file. */
    <T> T parse(Reader<T> reader) {
        try {
            return reader.read(PemBlock.all(text));
        } catch (GeneralSecurityException | RuntimeException wrong) {
            // The messages of others may quote the content.
            throw refused(wrong instanceof UnusablePem ? String.valueOf(wrong.getMessage()) : "cannot be read as PEM");
        }
    }

    IllegalArgumentException refused(String what) {
        return new IllegalArgumentException(key + ": " + path + ": " + what);
    }

    /** Makes something of the blocks of a file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(List<PemBlock> blocks) throws GeneralSecurityException;
    }
}

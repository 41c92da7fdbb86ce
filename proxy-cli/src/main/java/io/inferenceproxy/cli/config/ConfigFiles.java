package io.inferenceproxy.cli.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the files of a configuration, within bounds, and remembers which they were. */
final class ConfigFiles {

    static final int MOST_BYTES = 1 << 20;
    private static final int MOST_SECRET_BYTES = 64 << 10;

    private final List<Path> read = new ArrayList<>();

    /** Says why a file could not be read. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean there;

        Refused(String message, boolean there) {
            super(message);
            this.there = there;
        }

        /** Whether there is such a file, so that only reading it failed. */
        boolean isThere() {
            return there;
        }

        String says() {
            return String.valueOf(getMessage());
        }
    }

    List<Path> read() {
        return List.copyOf(read);
    }

    /** The bytes of a file, at most so many. */
    byte[] bytes(Path path, int most) throws Refused {
        read.add(path);
        if (Files.isDirectory(path)) {
            throw new Refused("is a directory (expected: a file)", false);
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new Refused("more than " + (most >> 10) + "KB (expected: less)", false);
            }
            return bytes;
        } catch (NoSuchFileException missing) {
            throw new Refused("no such file", false);
        } catch (IOException | SecurityException unreadable) {
            throw new Refused("cannot be read", Files.exists(path));
        }
    }

    /** The text of bytes that must be UTF-8, without a byte order mark; the message of a refusal says the offset. */
    static String text(byte[] bytes) throws Refused {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(in)
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException malformed) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new Refused("not UTF-8 in line " + line + " (expected: UTF-8)", false);
        }
    }

    /**
     * The text of a file that holds one value, less one trailing line end.
     *
     * @throws IllegalArgumentException when it cannot be read, naming the file
     */
    String secretFile(Path directory, String name) {
        try {
            Path path = directory.resolve(name.strip());
            String text = text(bytes(path, MOST_SECRET_BYTES));
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (InvalidPathException refused) {
            throw new IllegalArgumentException(Texts.printable(name) + ": not a path", refused);
        } catch (Refused refused) {
            throw new IllegalArgumentException(Texts.printable(name) + ": " + refused.says(), refused);
        }
    }
}

package io.inferenceproxy.cli;

import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * The secret that is made when none is configured: 32 random bytes in base64, written once.
 *
 * @param secret the secret
 * @param isNew whether this call made it
 * @param file where it is
 */
record MadeSecret(Secret secret, boolean isNew, Path file) {

    private static final int BYTES = 32;
    private static final int LENGTH = 44;

    /**
     * Reads the file, or writes it. Whoever comes second waits for the lock and finds what the first one wrote; a file that
     * is too short is one whose writer died before anybody could have used it.
     *
     * @throws CommandFailure when the file cannot be used
     */
    static synchronized MadeSecret in(Path file) {
        try {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                FileGuard.requirePrivate(file);
                String text =
                        Files.readString(file, StandardCharsets.ISO_8859_1).strip();
                if (text.length() >= LENGTH) {
                    return new MadeSecret(Secret.of(text), false, file);
                }
            }
            return make(file);
        } catch (IOException failed) {
            throw new CommandFailure(
                    ExitCode.LOCAL,
                    file + ": cannot be used, " + failed.getClass().getSimpleName()
                            + " (expected: a file that this user may read and write)",
                    failed);
        }
    }

    private static MadeSecret make(Path file) throws IOException {
        Set<OpenOption> options = Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        try (FileChannel channel = FileChannel.open(file, options, FileGuard.privately(file));
                FileLock lock = channel.lock()) {
            ByteBuffer there = ByteBuffer.allocate(LENGTH + 1);
            while (there.hasRemaining() && channel.read(there) >= 0) {
                // reads on until the buffer is full or the file ends
            }
            String text = new String(there.array(), 0, there.position(), StandardCharsets.ISO_8859_1).strip();
            if (text.length() >= LENGTH) {
                return new MadeSecret(Secret.of(text), false, file);
            }
            byte[] random = new byte[BYTES];
            new SecureRandom().nextBytes(random);
            String made = Base64.getEncoder().encodeToString(random);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((made + "\n").getBytes(StandardCharsets.ISO_8859_1)), 0);
            channel.force(true);
            assert lock.isValid();
            return new MadeSecret(Secret.of(made), true, file);
        }
    }
}

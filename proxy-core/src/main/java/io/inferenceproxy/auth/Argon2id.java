package io.inferenceproxy.auth;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.inferenceproxy.units.Secret;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Argon2id (RFC 9106); hashes are in PHC form and carry their own parameters, which are bounded so that nobody can make the
 * proxy take gigabytes.
 */
final class Argon2id implements PasswordHasher {

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private static final int MAX_MEMORY_KIB = 256 << 10;
    private static final int MAX_PASSES = 16;
    private static final int MAX_LANES = 8;
    private static final int MIN_PART_BYTES = 8;
    private static final int MAX_PART_BYTES = 64;

    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=([1-9]\\d{0,6}),t=([1-9]\\d{0,2}),p=([1-9]\\d?)"
                    + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{11,86})");

    private final PasswordOptions options;
    private final SecureRandom random = new SecureRandom();

    Argon2id(PasswordOptions options) {
        this.options = options;
    }

    @Override
    public Secret hash(Secret password) {
        byte[] salt = bytes(SALT_BYTES);
        return phc(
                salt,
                function(options.memoryKib(), options.passes(), options.lanes(), HASH_BYTES)
                        .hash(password.revealBytes(), salt)
                        .getBytes());
    }

    @Override
    public boolean matches(Secret password, Secret hash) {
        Optional<Parts> parts = parse(hash);
        if (parts.isEmpty()) {
            return false;
        }
        byte[] found = parts.get()
                .function()
                .hash(password.revealBytes(), parts.get().salt())
                .getBytes();
        return MessageDigest.isEqual(found, parts.get().hash());
    }

    /** Memory and passes can stand in for each other, so their product counts. */
    @Override
    public boolean isOutdated(Secret hash) {
        Optional<Parts> parts = parse(hash);
        return parts.isEmpty() || parts.get().cost() < (long) options.memoryKib() * options.passes();
    }

    /** Random bytes in place of a hash: it is as if nobody knew the password. */
    @Override
    public Secret unmatchable() {
        return phc(bytes(SALT_BYTES), bytes(HASH_BYTES));
    }

    /** Whether the hash is in PHC form and within bounds. */
    static boolean isReadable(Secret hash) {
        return parse(hash).isPresent();
    }

    private static Optional<Parts> parse(Secret hash) {
        Matcher phc = PHC.matcher(hash.reveal());
        if (!phc.matches()) {
            return Optional.empty();
        }
        int memory = Integer.parseInt(phc.group(1));
        int passes = Integer.parseInt(phc.group(2));
        int lanes = Integer.parseInt(phc.group(3));
        if (memory > MAX_MEMORY_KIB || memory < 8 * lanes || passes > MAX_PASSES || lanes > MAX_LANES) {
            return Optional.empty();
        }
        try {
            byte[] salt = Base64.getDecoder().decode(phc.group(4));
            byte[] bytes = Base64.getDecoder().decode(phc.group(5));
            return isWithin(salt) && isWithin(bytes)
                    ? Optional.of(new Parts(memory, passes, lanes, salt, bytes))
                    : Optional.empty();
        } catch (IllegalArgumentException cutOff) {
            return Optional.empty();
        }
    }

    private static boolean isWithin(byte[] part) {
        return part.length >= MIN_PART_BYTES && part.length <= MAX_PART_BYTES;
    }

    private static Argon2Function function(int memory, int passes, int lanes, int length) {
        return Argon2Function.getInstance(memory, passes, lanes, length, Argon2.ID, Argon2Function.ARGON2_VERSION_13);
    }

    private Secret phc(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return Secret.of("$argon2id$v=19$m=" + options.memoryKib() + ",t=" + options.passes() + ",p=" + options.lanes()
                + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A hash taken apart. */
    private static final class Parts {
        private final int memory;
        private final int passes;
        private final int lanes;
        private final byte[] salt;
        private final byte[] hash;

        Parts(int memory, int passes, int lanes, byte[] salt, byte[] hash) {
            this.memory = memory;
            this.passes = passes;
            this.lanes = lanes;
            this.salt = salt;
            this.hash = hash;
        }

        Argon2Function function() {
            return Argon2id.function(memory, passes, lanes, hash.length);
        }

        long cost() {
            return (long) memory * passes;
        }

        byte[] salt() {
            return salt;
        }

        byte[] hash() {
            return hash;
        }
    }
}

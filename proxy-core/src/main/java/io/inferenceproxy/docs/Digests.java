package io.inferenceproxy.docs;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest behind entity tags and the hashes of a content security policy. */
final class Digests {

    private Digests() {}

    static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}

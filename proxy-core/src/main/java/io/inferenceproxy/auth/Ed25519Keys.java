package io.inferenceproxy.auth;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** Ed25519 keys (RFC 8032) from their 32 bytes, and the public half of a private one. */
final class Ed25519Keys {

    private static final int LENGTH = 32;
    private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    private Ed25519Keys() {}

    static PrivateKey privateKey(byte[] seed) throws GeneralSecurityException {
        return factory().generatePrivate(new PKCS8EncodedKeySpec(joined(PKCS8, seed)));
    }

    static PublicKey publicKey(byte[] point) throws GeneralSecurityException {
        return factory().generatePublic(new X509EncodedKeySpec(joined(X509, point)));
    }

    /**
     * The public half: the JDK computes it only while it makes a key, so it makes this very one from a source of
     * randomness that yields its seed; what comes out is compared with what went in.
     */
    static PublicKey publicKeyOf(PrivateKey key) throws GeneralSecurityException {
        byte[] seed = ((EdECPrivateKey) key).getBytes().orElseThrow();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new FixedRandom(seed));
        KeyPair pair = generator.generateKeyPair();
        if (!Arrays.equals(((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow(), seed)) {
            throw new InvalidKeyException("this Java platform does not derive public keys");
        }
        return pair.getPublic();
    }

    private static KeyFactory factory() throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519");
    }

    private static byte[] joined(byte[] prefix, byte[] key) throws InvalidKeyException {
        if (key.length != LENGTH) {
            throw new InvalidKeyException("an Ed25519 key has 32 bytes");
        }
        byte[] joined = Arrays.copyOf(prefix, prefix.length + LENGTH);
        System.arraycopy(key, 0, joined, prefix.length, LENGTH);
        return joined;
    }

    /** Yields the given bytes. */
    private static final class FixedRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final byte[] bytes;

        FixedRandom(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] target) {
            System.arraycopy(bytes, 0, target, 0, target.length);
        }
    }
}

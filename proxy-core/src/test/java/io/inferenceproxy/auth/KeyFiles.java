package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Key files of every form, with fresh keys. */
final class KeyFiles {

    static final KeyPair RSA = rsa(2048);
    static final KeyPair P256 = ec("secp256r1");

    private KeyFiles() {}

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static KeyPair ed25519() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + label
                + "-----\n";
    }

    static String pkcs8(KeyPair pair) {
        return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    static String spki(KeyPair pair) {
        return pem("PUBLIC KEY", pair.getPublic().getEncoded());
    }

    /** PKCS#1: what stands in a PKCS#8 key behind 26 bytes of wrapping, for 2,048 bits. */
    static byte[] pkcs1(KeyPair rsa) {
        byte[] pkcs8 = rsa.getPrivate().getEncoded();
        return Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
    }

    /** SEC 1 with the name of the curve P-256, as `openssl ecparam -genkey` writes it. */
    static byte[] sec1(KeyPair p256) {
        byte[] pkcs8 = p256.getPrivate().getEncoded();
        byte[] secret = Arrays.copyOfRange(pkcs8, pkcs8.length - 32, pkcs8.length);
        return HexFormat.of()
                .parseHex("3031" + "020101" + "0420" + HexFormat.of().formatHex(secret) + "a00a06082a8648ce3d030107");
    }

    static AuthOptions options(Path directory, String content, TokenAlgorithm... algorithms) {
        try {
            Path file = Files.writeString(Files.createTempFile(directory, "key", ".pem"), content);
            return AuthOptions.DEFAULT
                    .withSecret(Secret.none())
                    .withKeyFile(Optional.of(file))
                    .withAlgorithms(List.of(algorithms));
        } catch (IOException unwritable) {
            throw new IllegalStateException(unwritable);
        }
    }
}

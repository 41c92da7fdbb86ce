package io.inferenceproxy.pem;

import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reads private keys: {@code PRIVATE KEY} (PKCS#8), {@code ENCRYPTED PRIVATE KEY} (the same with a passphrase), {@code RSA
 * PRIVATE KEY} (PKCS#1) and {@code EC PRIVATE KEY} (SEC 1).
 */
public final class PrivateKeys {

    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

    private PrivateKeys() {}

    /** Whether the block is a private key of some kind. */
    public static boolean isOne(PemBlock block) {
        return block.label().endsWith("PRIVATE KEY");
    }

    /**
     * The key in a block.
     *
     * @param password the passphrase; none for a key that has none
     */
    public static PrivateKey of(PemBlock block, Secret password) throws GeneralSecurityException {
        if (block.hasOwnCipher()) {
            throw new UnusablePem("encrypted in OpenSSL's old form (expected: PKCS#8, as of openssl pkcs8 -topk8)");
        }
        byte[] content = block.content();
        byte[] pkcs8 = switch (block.label()) {
            case "PRIVATE KEY" -> content;
            case ENCRYPTED -> decrypted(content, password);
            case "RSA PRIVATE KEY" -> Der.pkcs8OfPkcs1(content);
            case "EC PRIVATE KEY" -> Der.pkcs8OfSec1(content);
            default -> throw new UnusablePem(block.label() + " (expected: a key of RSA, EC or Ed25519)");
        };
        return KeyFactory.getInstance(Der.algorithmOfPkcs8(pkcs8)).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static byte[] decrypted(byte[] content, Secret password) {
        if (password.isEmpty()) {
            throw new UnusablePem("encrypted (expected: a key without a passphrase, or private-key-password)");
        }
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(content);
            // The JDK names the algorithm of PBES2 in its parameters alone.
            String algorithm = info.getAlgName().equals("PBES2") && info.getAlgParameters() != null
                    ? info.getAlgParameters().toString()
                    : info.getAlgName();
            PBEKeySpec spec = new PBEKeySpec(password.reveal().toCharArray());
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(spec),
                    info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (IOException | GeneralSecurityException wrong) {
            throw new UnusablePem("cannot be decrypted (expected: the passphrase of this key, PBES2 with AES)");
        }
    }
}

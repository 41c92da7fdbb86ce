package io.inferenceproxy.pem;

import static io.inferenceproxy.pem.DerWriter.bits;
import static io.inferenceproxy.pem.DerWriter.bool;
import static io.inferenceproxy.pem.DerWriter.identifier;
import static io.inferenceproxy.pem.DerWriter.integer;
import static io.inferenceproxy.pem.DerWriter.octets;
import static io.inferenceproxy.pem.DerWriter.sequence;
import static io.inferenceproxy.pem.DerWriter.set;
import static io.inferenceproxy.pem.DerWriter.tagged;
import static io.inferenceproxy.pem.DerWriter.time;
import static io.inferenceproxy.pem.DerWriter.utf8;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate to be made, for trying out and for tests: with a new key on P-256.
 *
 * @param subject the common name of whose it is
 * @param names host names and literal addresses that it speaks for
 * @param authority whether it may sign others
 * @param from from when on it holds
 * @param until how long it holds
 */
public record CertificateDraft(String subject, List<String> names, boolean authority, Instant from, Instant until) {

    private static final byte[] ECDSA_WITH_SHA256 = sequence(identifier("1.2.840.10045.4.3.2"));

    public CertificateDraft {
        names = List.copyOf(names);
    }

    /** Signed with its own key. */
    public CertifiedKey selfSigned() {
        KeyPair pair = newPair();
        X509Certificate certificate = made(pair, name(subject), pair.getPrivate());
        return new CertifiedKey(List.of(certificate), pair.getPrivate());
    }

    /** Signed with the key of another, which is on P-256 too; its chain stands behind. */
    public CertifiedKey signedBy(CertifiedKey issuer) {
        KeyPair pair = newPair();
        byte[] by = issuer.certificate().getSubjectX500Principal().getEncoded();
        List<X509Certificate> chain = new ArrayList<>(List.of(made(pair, by, issuer.key())));
        chain.addAll(issuer.chain());
        return new CertifiedKey(chain, pair.getPrivate());
    }

    private X509Certificate made(KeyPair pair, byte[] issuer, PrivateKey signing) {
        byte[] body = sequence(
                tagged(0xA0, integer(BigInteger.TWO)),
                integer(new BigInteger(127, new SecureRandom())),
                ECDSA_WITH_SHA256,
                issuer,
                sequence(time(from), time(until)),
                name(subject),
                pair.getPublic().getEncoded(),
                tagged(0xA3, extensions()));
        return certificate(signed(body, signing));
    }

    /** Something signed, as certificates and revocation lists are (RFC 5280 section 4.1). */
    public static byte[] signed(byte[] body, PrivateKey key) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(body);
            return sequence(body, ECDSA_WITH_SHA256, bits(signature.sign()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate cannot be signed", impossible);
        }
    }

    private byte[] extensions() {
        List<byte[]> all = new ArrayList<>();
        all.add(extension("2.5.29.19", true, authority ? sequence(bool(true)) : sequence()));
        if (!names.isEmpty()) {
            all.add(extension(
                    "2.5.29.17",
                    false,
                    sequence(names.stream().map(CertificateDraft::alternative).toArray(byte[][]::new))));
        }
        return sequence(all.toArray(byte[][]::new));
    }

    private static byte[] extension(String identifier, boolean critical, byte[] content) {
        return critical
                ? sequence(identifier(identifier), bool(true), octets(content))
                : sequence(identifier(identifier), octets(content));
    }

    private static byte[] alternative(String name) {
        if (!name.matches("[0-9.]+|.*:.*")) {
            return tagged(0x82, name.getBytes(StandardCharsets.US_ASCII));
        }
        try {
            return tagged(0x87, InetAddress.getByName(name).getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("name: " + name + " (expected: a host or an address)", impossible);
        }
    }

    private static byte[] name(String common) {
        return sequence(set(sequence(identifier("2.5.4.3"), utf8(common))));
    }

    private static KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a key cannot be made", impossible);
        }
    }

    private static X509Certificate certificate(byte[] encoded) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate cannot be read back", impossible);
        }
    }
}

package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.inferenceproxy.units.Secret;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of a key and every misfit; over 300 lines because each needs a key of its own. */
class SigningKeysTest {

    private final ManualClock clock = new ManualClock();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"HS256,32", "HS384,48", "HS512,64"})
    void takesASecretThatIsLongEnoughForItsAlgorithm(TokenAlgorithm algorithm, int least) {
        AuthOptions options = AuthOptions.DEFAULT.withAlgorithms(List.of(algorithm));

        assertSignsAndVerifies(options.withSecret(Secret.of("k".repeat(least))));
        assertThatThrownBy(() -> SigningKeys.of(options.withSecret(Secret.of("k".repeat(least - 1)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "auth.secret: %d bytes (expected: at least %d bytes for %s; make one with: openssl rand -base64"
                                + " %d)",
                        least - 1, least, algorithm, least);
    }

    @Test
    void saysHowToMakeASecretWhenThereIsNone() {
        assertThatThrownBy(() -> SigningKeys.of(AuthOptions.DEFAULT))
                .hasMessage(
                        "auth.secret: none (expected: at least 32 bytes for HS256; make one with: openssl rand -base64 32)");
    }

    @Test
    void countsTheBytesOfASecretNotItsCharacters() {
        assertSignsAndVerifies(AuthOptions.DEFAULT.withSecret(Secret.of("é".repeat(16))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a-string-secret-at-least-256-bits-long",
                "A-String-Secret-At-Least-256-Bits-Long",
                "your-256-bit-secret-your-256-bit-secret",
                "changemechangemechangemechangeme",
                "secretsecretsecretsecretsecretsecret",
                "passwordpasswordpasswordpassword"
            })
    void refusesASecretThatEverybodyKnows(String secret) {
        assertThatThrownBy(() -> SigningKeys.of(AuthOptions.DEFAULT.withSecret(Secret.of(secret))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one that everybody knows")
                .hasMessageContaining("openssl rand -base64 32")
                .hasMessageNotContaining(secret);
    }

    @ParameterizedTest
    @EnumSource(TokenAlgorithm.class)
    void signsWhatItVerifies(TokenAlgorithm algorithm) {
        assertSignsAndVerifies(optionsFor(algorithm));
    }

    @ParameterizedTest
    @EnumSource(value = TokenAlgorithm.class, names = "ED25519", mode = EnumSource.Mode.EXCLUDE)
    void signsTokensThatAnotherLibraryVerifies(TokenAlgorithm algorithm) throws ParseException, JOSEException {
        AuthOptions options = optionsFor(algorithm);
        String token = issuer(options).issue(TokenRequest.of("alice")).text();

        JWSObject parsed = JWSObject.parse(token);

        assertThat(parsed.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.parse(algorithm.toString()));
        assertThat(parsed.verify(foreignVerifier(algorithm, options))).isTrue();
    }

    @Test
    void verifiesTokensOfBothNamesOfEd25519() {
        AuthOptions options = optionsFor(TokenAlgorithm.ED25519);
        SigningKeys keys = SigningKeys.of(options);
        String claims = Forge.part(new Forge(clock).claims());
        for (String name : List.of("Ed25519", "EdDSA")) {
            String signed = Forge.part("{\"alg\":\"" + name + "\"}") + "." + claims;

            TokenVerdict verdict =
                    new TokenVerifier(options, keys, clock).verify(signed + "." + signature(keys, signed));

            assertThat(verdict).isInstanceOf(TokenVerdict.Accepted.class);
        }
    }

    @Test
    void readsOldAndNewPemAlike() {
        KeyPair ed25519 = KeyFiles.ed25519();
        assertThat(idOf(KeyFiles.pem("RSA PRIVATE KEY", KeyFiles.pkcs1(KeyFiles.RSA)), TokenAlgorithm.RS256))
                .isEqualTo(idOf(KeyFiles.pkcs8(KeyFiles.RSA), TokenAlgorithm.RS256))
                .isEqualTo(idOf(KeyFiles.spki(KeyFiles.RSA), TokenAlgorithm.PS512));
        assertThat(idOf(KeyFiles.pem("EC PRIVATE KEY", KeyFiles.sec1(KeyFiles.P256)), TokenAlgorithm.ES256))
                .isEqualTo(idOf(KeyFiles.pkcs8(KeyFiles.P256), TokenAlgorithm.ES256))
                .isEqualTo(idOf(KeyFiles.spki(KeyFiles.P256), TokenAlgorithm.ES256));
        assertThat(idOf(KeyFiles.pkcs8(ed25519), TokenAlgorithm.ED25519))
                .isEqualTo(idOf(KeyFiles.spki(ed25519), TokenAlgorithm.ED25519));
    }

    @Test
    void skipsTheParametersThatOldToolsWriteBeforeAKey() {
        String parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";

        assertThat(idOf(
                        parameters + KeyFiles.pem("EC PRIVATE KEY", KeyFiles.sec1(KeyFiles.P256)),
                        TokenAlgorithm.ES256))
                .isNotEmpty();
    }

    @Test
    void computesThePublicHalfOfKeysOnEachCurve() throws Exception {
        for (String curve : List.of("secp256r1", "secp384r1", "secp521r1")) {
            KeyPair pair = KeyFiles.ec(curve);

            assertThat(EllipticCurves.publicKeyOf((ECPrivateKey) pair.getPrivate()))
                    .isEqualTo(pair.getPublic());
        }
    }

    @Test
    void readsJsonWebKeysAndKnowsThemByBothNames() throws JOSEException {
        KeyPair pair = KeyFiles.ed25519();
        byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        byte[] spki = pair.getPublic().getEncoded();
        Base64URL x = Base64URL.encode(Arrays.copyOfRange(spki, spki.length - 32, spki.length));
        OctetKeyPair okp = new OctetKeyPair.Builder(Curve.Ed25519, x)
                .d(Base64URL.encode(seed))
                .build();
        RSAKey rsa = rsaKey().keyID("mine").keyUse(KeyUse.SIGNATURE).build();
        ECKey ec = new ECKey.Builder(Curve.P_256, (ECPublicKey) KeyFiles.P256.getPublic())
                .privateKey(KeyFiles.P256.getPrivate())
                .build();

        assertThat(idOf(okp.toJSONString(), TokenAlgorithm.ED25519))
                .isEqualTo(okp.computeThumbprint().toString());
        assertThat(idOf(ec.toJSONString(), TokenAlgorithm.ES256))
                .isEqualTo(ec.computeThumbprint().toString());
        assertThat(idOf(rsa.toJSONString(), TokenAlgorithm.RS256))
                .isEqualTo(rsa.computeThumbprint().toString());
        SigningKeys keys = SigningKeys.of(KeyFiles.options(directory, rsa.toJSONString(), TokenAlgorithm.RS256));
        assertThat(keys.signing().ids()).containsExactlyInAnyOrder("mine", keys.id());
    }

    @Test
    void refusesKeysThatCannotBeUsed() {
        assertUnusable("", "no key in it (expected: PEM or JWK)");
        assertUnusable("{}", "not a JSON Web Key");
        assertUnusable("{\"kty\":\"RSA\",\"kty\":\"EC\"}", "not a JSON Web Key");
        assertUnusable("{\"keys\":[]}", "no key in the set (expected: one or more)");
        assertUnusable(
                new OctetSequenceKey.Builder(new byte[32]).build().toJSONString(),
                "a key of type oct (expected: RSA, EC, or OKP with Ed25519; a secret goes to auth.secret)");
        assertUnusable(
                rsaKey().keyUse(KeyUse.ENCRYPTION).build().toJSONString(),
                "not for signatures (expected: use sig, or none)");
        assertUnusable(
                KeyFiles.pem("ENCRYPTED PRIVATE KEY", new byte[9]), "encrypted (expected: a key without a passphrase)");
        assertUnusable(
                KeyFiles.pkcs8(KeyFiles.RSA) + KeyFiles.pkcs8(KeyFiles.P256), "several keys in it (expected: one)");
        assertUnusable(
                KeyFiles.pem("DSA PRIVATE KEY", new byte[9]),
                "DSA PRIVATE KEY (expected: a key of RSA, EC or Ed25519)");
        assertUnusable(KeyFiles.pem("PRIVATE KEY", new byte[9]), "damaged");
        assertUnusable(KeyFiles.pem("EC PRIVATE KEY", new byte[] {0x30, (byte) 0x82, 1, 0, 0}), "damaged");
        assertUnusable("x".repeat(70_000), "has more than 64KB (expected: keys, PEM or JWK)");
    }

    @Test
    void refusesAnOctetKeyPairWhoseHalvesDoNotBelongTogether() {
        Base64URL x = Base64URL.encode(
                Arrays.copyOfRange(KeyFiles.ed25519().getPublic().getEncoded(), 12, 44));
        String jwk = new OctetKeyPair.Builder(Curve.Ed25519, x)
                .d(Base64URL.encode(new byte[32]))
                .build()
                .toJSONString();

        assertUnusable(jwk, "its private and public parts are not of one key");
    }

    @Test
    void refusesAnAlgorithmThatDoesNotFitTheKey() {
        assertThatThrownBy(() -> SigningKeys.of(
                        KeyFiles.options(directory, KeyFiles.pkcs8(KeyFiles.P256), TokenAlgorithm.ES384)))
                .hasMessageStartingWith("auth.algorithms: ES384 does not fit the key in ")
                .hasMessageEndingWith(", EC P-256 (expected: [ES256])");
        assertThatThrownBy(() -> SigningKeys.of(
                        KeyFiles.options(directory, KeyFiles.pkcs8(KeyFiles.RSA), TokenAlgorithm.ED25519)))
                .hasMessageEndingWith(", RSA (expected: [RS256, RS384, RS512, PS256, PS384, PS512])");
        assertThatThrownBy(() -> SigningKeys.of(KeyFiles.options(
                        directory,
                        rsaKey().algorithm(JWSAlgorithm.RS256).build().toJSONString(),
                        TokenAlgorithm.PS256)))
                .hasMessageEndingWith("says of itself (expected: RS256)");
    }

    @Test
    void refusesRsaBelow2048Bits() {
        assertThatThrownBy(() -> SigningKeys.of(
                        KeyFiles.options(directory, KeyFiles.pkcs8(KeyFiles.rsa(1024)), TokenAlgorithm.RS256)))
                .hasMessageEndingWith("RSA of 1024 bits (expected: at least 2048)");
    }

    @Test
    void refusesAnAsymmetricAlgorithmWithoutAKeyFile() {
        assertThatThrownBy(() -> SigningKeys.of(Forge.OPTIONS.withAlgorithms(List.of(TokenAlgorithm.RS256))))
                .hasMessage("auth.key-file: none (expected: a PEM or JWK file with the key of RS256)");
    }

    @Test
    void saysWhichFileCannotBeRead() {
        Path absent = directory.resolve("absent.pem");

        assertThatThrownBy(() -> SigningKeys.of(Forge.OPTIONS
                        .withAlgorithms(List.of(TokenAlgorithm.RS256))
                        .withKeyFile(Optional.of(absent))))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("auth.key-file: " + absent + " cannot be read");
    }

    @Test
    void verifiesButDoesNotSignWithAPublicKeyAlone() {
        AuthOptions options = KeyFiles.options(directory, KeyFiles.spki(KeyFiles.RSA), TokenAlgorithm.RS256);
        SigningKeys keys = SigningKeys.of(options);

        assertThat(keys.canSign()).isFalse();
        assertThatThrownBy(() -> new TokenIssuer(options, keys, clock))
                .hasMessage("auth.key-file: has only a public key (expected: a private key, which signs tokens)");
        String token = issuer(KeyFiles.options(directory, KeyFiles.pkcs8(KeyFiles.RSA), TokenAlgorithm.RS256))
                .issue(TokenRequest.of("alice"))
                .text();
        assertThat(new TokenVerifier(options, keys, clock).verify(token)).isInstanceOf(TokenVerdict.Accepted.class);
    }

    @Test
    void verifiesWithEachConfiguredAlgorithmAndSignsWithTheFirst() {
        AuthOptions both = KeyFiles.options(
                        directory, KeyFiles.pkcs8(KeyFiles.RSA), TokenAlgorithm.PS256, TokenAlgorithm.HS256)
                .withSecret(Forge.SECRET);
        TokenVerifier verifier = new TokenVerifier(both, SigningKeys.of(both), clock);

        assertThat(SigningKeys.of(both).algorithm()).isEqualTo(TokenAlgorithm.PS256);
        assertThat(verifier.verify(new Forge(clock).good())).isInstanceOf(TokenVerdict.Accepted.class);
        assertThat(verifier.verify(issuer(both).issue(TokenRequest.of("alice")).text()))
                .isInstanceOf(TokenVerdict.Accepted.class);
    }

    @Test
    void namesASecretWithoutGivingItAway() {
        SigningKeys keys = SigningKeys.of(Forge.OPTIONS);

        assertThat(keys.id()).isEqualTo(SigningKeys.of(Forge.OPTIONS).id()).hasSize(16);
        assertThat(keys).hasToString("SigningKeys[HS256 " + keys.id() + "]");
    }

    private AuthOptions optionsFor(TokenAlgorithm algorithm) {
        if (algorithm.isSymmetric()) {
            return AuthOptions.DEFAULT
                    .withSecret(Secret.of(Forge.SECRET.reveal().repeat(2)))
                    .withAlgorithms(List.of(algorithm));
        }
        KeyPair pair = switch (algorithm) {
            case ES256 -> KeyFiles.P256;
            case ES384 -> KeyFiles.ec("secp384r1");
            case ES512 -> KeyFiles.ec("secp521r1");
            case ED25519 -> KeyFiles.ed25519();
            default -> KeyFiles.RSA;
        };
        return KeyFiles.options(directory, KeyFiles.pkcs8(pair), algorithm);
    }

    private static JWSVerifier foreignVerifier(TokenAlgorithm algorithm, AuthOptions options) throws JOSEException {
        if (algorithm.isSymmetric()) {
            return new MACVerifier(options.secret().revealBytes());
        }
        PublicKey key = KeyFileContent.read(options.keyFile().orElseThrow())
                .keys()
                .get(0)
                .publicKey();
        return key instanceof RSAPublicKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier((ECPublicKey) key);
    }

    private TokenIssuer issuer(AuthOptions options) {
        return new TokenIssuer(options, SigningKeys.of(options), clock);
    }

    private void assertSignsAndVerifies(AuthOptions options) {
        String token = issuer(options).issue(TokenRequest.of("alice")).text();

        assertThat(new TokenVerifier(options, SigningKeys.of(options), clock).verify(token))
                .isInstanceOf(TokenVerdict.Accepted.class);
    }

    private void assertUnusable(String content, String what) {
        assertThatThrownBy(() -> SigningKeys.of(KeyFiles.options(directory, content, TokenAlgorithm.RS256)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("auth.key-file: ")
                .hasMessageEndingWith(what);
    }

    private String idOf(String content, TokenAlgorithm algorithm) {
        return SigningKeys.of(KeyFiles.options(directory, content, algorithm)).id();
    }

    private static RSAKey.Builder rsaKey() {
        return new RSAKey.Builder((RSAPublicKey) KeyFiles.RSA.getPublic()).privateKey(KeyFiles.RSA.getPrivate());
    }

    private static String signature(SigningKeys keys, String signed) {
        try {
            return keys.signing().sign(signed.getBytes(StandardCharsets.UTF_8)).toString();
        } catch (GeneralSecurityException unfit) {
            throw new IllegalStateException(unfit);
        }
    }
}

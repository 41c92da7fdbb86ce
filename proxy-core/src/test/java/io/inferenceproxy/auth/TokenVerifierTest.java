package io.inferenceproxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.inferenceproxy.call.Caller;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every trick with a token, in one place: over 300 lines, so that what is missing shows. */
class TokenVerifierTest {

    private final ManualClock clock = new ManualClock();
    private final Forge forge = new Forge(clock);
    private final TokenVerifier verifier = forge.verifier();

    @TempDir
    Path directory;

    @Test
    void acceptsAGoodTokenAndKnowsWhoseItIs() {
        String claims =
                forge.claimsWith("roles", "[\"admin\",\"researcher\"]").replace("}", ",\"scope\":\"read write\"}");

        TokenVerdict verdict = verifier.verify(Forge.signed(Forge.HEADER, claims));

        assertThat(((TokenVerdict.Accepted) verdict).caller())
                .isEqualTo(new Caller.Identified(
                        "inference-proxy",
                        false,
                        "alice",
                        Set.of("admin", "researcher"),
                        Set.of("read", "write"),
                        Instant.ofEpochSecond(clock.epochSecond() + 600)));
        assertThat(verdict.passed()).containsExactly(TokenCheck.values());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\"}",
                "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
                "{\"alg\":\"HS256\",\"typ\":\"jwt\"}",
                "{\"alg\":\"HS256\",\"typ\":\"AT+JWT\"}",
                "{\"alg\":\"HS256\",\"typ\":\"application/at+jwt\"}",
                " {\"typ\" : \"JWT\", \"alg\" : \"HS256\"} "
            })
    void acceptsEachKindOfHeaderThatIsAllowed(String header) {
        assertAccepted(Forge.signed(header, forge.claims()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"none", "None", "nOnE", "NONE", "", "hs256", "HS256 ", "HS384", "RS256", "ES256", "EdDSA", "dir"
            })
    void refusesEveryAlgorithmButTheConfiguredOne(String algorithm) {
        String header = "{\"alg\":\"" + algorithm + "\"}";

        assertRefused(TokenCheck.ALGORITHM, Forge.signed(header, forge.claims()));
        assertRefused(TokenCheck.SHAPE, Forge.part(header) + "." + Forge.part(forge.claims()) + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"alg\":null}", "{\"alg\":1}", "{\"alg\":[\"HS256\"]}", "{\"Alg\":\"HS256\"}"})
    void refusesATokenThatNamesNoAlgorithm(String header) {
        assertRefused(TokenCheck.ALGORITHM, Forge.signed(header, forge.claims()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"crit\":[\"exp\"]",
                "\"crit\":[]",
                "\"crit\":[\"b64\"],\"b64\":false",
                "\"b64\":true",
                "\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}",
                "\"jku\":\"http://127.0.0.1:1/jwks\"",
                "\"x5u\":\"http://127.0.0.1:1/cert\"",
                "\"x5c\":[\"AAAA\"]",
                "\"enc\":\"A256GCM\"",
                "\"zip\":\"DEF\"",
                "\"typ\":\"JOSE\"",
                "\"typ\":\"id+jwt\"",
                "\"typ\":null",
                "\"typ\":[\"JWT\"]"
            })
    void refusesAHeaderThatWouldChangeHowTheTokenIsRead(String member) {
        assertRefused(TokenCheck.HEADER, Forge.signed("{\"alg\":\"HS256\"," + member + "}", forge.claims()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"../../../dev/null\"",
                "\"' OR 1=1 --\"",
                "\"k;echo k|\"",
                "\"\\u0000\"",
                "\"${jndi:ldap://127.0.0.1/x}\"",
                "\"\"",
                "{}",
                "1",
                "null"
            })
    void refusesAKeyIdentifierThatIsNotOurs(String keyId) {
        String header = "{\"alg\":\"HS256\",\"kid\":" + keyId + "}";

        assertRefused(TokenCheck.KEY, Forge.signed(header, forge.claims()));
        assertRefused(TokenCheck.KEY, Forge.signed(header, forge.claims(), new byte[1]));
    }

    @Test
    void refusesAKeyIdentifierOfSixKilobytesInFewWords() {
        String header = "{\"alg\":\"HS256\",\"kid\":\"" + "k".repeat(5_500) + "\"}";

        TokenVerdict verdict = verifier.verify(Forge.signed(header, forge.claims()));

        assertThat(verdict).isInstanceOfSatisfying(TokenVerdict.Refused.class, refused -> {
            assertThat(refused.check()).isEqualTo(TokenCheck.KEY);
            assertThat(refused.reason()).hasSizeLessThan(200);
        });
    }

    @Test
    void acceptsTheIdentifierOfItsOwnKey() {
        String keyId = SigningKeys.of(Forge.OPTIONS).id();

        assertAccepted(Forge.signed("{\"alg\":\"HS256\",\"kid\":\"" + keyId + "\"}", forge.claims()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                "a",
                "a.b",
                "a.b.c.d",
                "a.b.c.d.e",
                "{\"payload\":\"\",\"signatures\":[]}",
                "ééé.ééé.ééé"
            })
    void refusesWhatHasNotTheShapeOfAToken(String text) {
        assertRefused(TokenCheck.SHAPE, text);
    }

    @Test
    void refusesEveryOtherSpellingOfAGoodToken() {
        String good = forge.good();
        int dot = good.lastIndexOf('.');
        String signature = good.substring(dot + 1);

        List<String> spellings = List.of(
                good + ".",
                good + "=",
                good + " ",
                " " + good,
                good + "\n",
                good.substring(0, dot + 5) + " " + good.substring(dot + 5),
                good.substring(0, dot + 5) + "*" + good.substring(dot + 5),
                good.substring(0, dot) + "..",
                good.substring(0, good.indexOf('.')) + "." + good.substring(dot), // detached
                good.substring(0, dot + 1),
                good.replaceFirst("\\.", "=."),
                good.substring(0, dot) + "." + signature.replace('-', '+').replace('_', '/') + "+",
                good.substring(0, dot) + "." + surplusBit(signature));

        assertThat(spellings).allSatisfy(spelling -> assertRefused(TokenCheck.SHAPE, spelling));
    }

    @Test
    void refusesATokenOfNothing() {
        assertRefused(TokenCheck.SHAPE, Forge.signed(Forge.HEADER, ""));
    }

    @Test
    void refusesATokenInsideAToken() {
        assertRefused(TokenCheck.PAYLOAD, Forge.signed("{\"alg\":\"HS256\",\"cty\":\"JWT\"}", forge.good()));
    }

    @Test
    void refusesMoreThanEightKilobytes() {
        String long_ = Forge.signed(Forge.HEADER, forge.claimsWith("x", "\"" + "x".repeat(6_200) + "\""));

        assertRefused(TokenCheck.SHAPE, long_);
    }

    @Test
    void refusesEverySignatureThatDiffersInOneBit() {
        String good = forge.good();
        int dot = good.lastIndexOf('.');
        byte[] signature = Base64.getUrlDecoder().decode(good.substring(dot + 1));

        for (int bit = 0; bit < signature.length * 8; bit += 7) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(TokenCheck.SIGNATURE, good.substring(0, dot + 1) + Forge.part(flipped));
        }
    }

    @Test
    void refusesACutSignatureAndOneOfNothing() {
        String good = forge.good();
        int dot = good.lastIndexOf('.');

        assertRefused(TokenCheck.SIGNATURE, good.substring(0, dot + 5));
        assertRefused(TokenCheck.SIGNATURE, good.substring(0, dot + 1) + Forge.part(new byte[32]));
    }

    @Test
    void refusesOtherClaimsUnderTheSameSignature() {
        String[] good = forge.good().split("\\.", -1);

        String changed = good[0] + "." + Forge.part(forge.claimsWith("sub", "\"mallory\"")) + "." + good[2];

        assertRefused(TokenCheck.SIGNATURE, changed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "password",
                "changeme",
                "your-256-bit-secret",
                "jwt",
                "",
                "0123456789abcdef0123456789abcdef"
            })
    void refusesWhatAGuessedSecretSigned(String secret) {
        byte[] key = secret.isEmpty() ? new byte[1] : secret.getBytes(StandardCharsets.UTF_8);

        assertRefused(TokenCheck.SIGNATURE, Forge.signed(Forge.HEADER, forge.claims(), key));
    }

    @Test
    void refusesAnHmacMadeWithThePublicKeyInAnyForm() {
        RSAPublicKey rsa = (RSAPublicKey) KeyFiles.RSA.getPublic();
        ECPublicKey ec = (ECPublicKey) KeyFiles.P256.getPublic();
        KeyPair ed25519 = KeyFiles.ed25519();
        for (KeyPair pair : List.of(KeyFiles.RSA, KeyFiles.P256, ed25519)) {
            TokenAlgorithm algorithm = pair == KeyFiles.RSA
                    ? TokenAlgorithm.RS256
                    : pair == KeyFiles.P256 ? TokenAlgorithm.ES256 : TokenAlgorithm.ED25519;
            AuthOptions options = KeyFiles.options(directory, KeyFiles.pkcs8(pair), algorithm);
            TokenVerifier asymmetric = new TokenVerifier(options, SigningKeys.of(options), clock);
            byte[] spki = pair.getPublic().getEncoded();
            byte[] point = Arrays.copyOfRange(spki, spki.length - 32, spki.length);
            String jwk = pair == KeyFiles.RSA
                    ? new RSAKey.Builder(rsa).build().toJSONString()
                    : pair == KeyFiles.P256
                            ? new ECKey.Builder(Curve.P_256, ec).build().toJSONString()
                            : "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + Forge.part(point) + "\"}";
            byte[] pkcs1 = Arrays.copyOfRange(spki, Math.min(24, spki.length - 1), spki.length);
            byte[] modulus = rsa.getModulus().toByteArray();
            List<byte[]> secrets = new ArrayList<>(List.of(
                    KeyFiles.spki(pair).getBytes(StandardCharsets.UTF_8),
                    KeyFiles.spki(pair).strip().getBytes(StandardCharsets.UTF_8),
                    spki,
                    point,
                    pkcs1,
                    KeyFiles.pem("RSA PUBLIC KEY", pkcs1).getBytes(StandardCharsets.UTF_8),
                    modulus,
                    Arrays.copyOfRange(modulus, 1, modulus.length),
                    jwk.getBytes(StandardCharsets.UTF_8)));
            for (byte[] secret : secrets) {
                for (String name : List.of("HS256", algorithm.toString())) {
                    String token = Forge.signed("{\"alg\":\"" + name + "\"}", forge.claims(), secret);
                    assertThat(asymmetric.verify(token))
                            .as("%s keyed with the public key of %s", name, algorithm)
                            .isInstanceOf(TokenVerdict.Refused.class);
                }
            }
        }
    }

    @Test
    void refusesPsychicSignatures() {
        KeyPair p384 = KeyFiles.ec("secp384r1");
        KeyPair p521 = KeyFiles.ec("secp521r1");
        refusesPsychicSignatures(TokenAlgorithm.ES256, KeyFiles.P256, 32);
        refusesPsychicSignatures(TokenAlgorithm.ES384, p384, 48);
        refusesPsychicSignatures(TokenAlgorithm.ES512, p521, 66);
    }

    private void refusesPsychicSignatures(TokenAlgorithm algorithm, KeyPair pair, int length) {
        AuthOptions options = KeyFiles.options(directory, KeyFiles.pkcs8(pair), algorithm);
        TokenVerifier ecdsa = new TokenVerifier(options, SigningKeys.of(options), clock);
        BigInteger order = ((ECPublicKey) pair.getPublic()).getParams().getOrder();
        byte[] n = unsigned(order, length);
        byte[] one = unsigned(BigInteger.ONE, length);
        byte[] zero = new byte[length];
        List<byte[]> signatures = List.of(
                joined(zero, zero),
                joined(n, n),
                joined(zero, one),
                joined(one, zero),
                joined(n, one),
                new byte[] {0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00},
                derSignature(pair, algorithm),
                new byte[1]);
        String signed = Forge.part("{\"alg\":\"" + algorithm + "\"}") + "." + Forge.part(forge.claims()) + ".";

        for (byte[] signature : signatures) {
            assertThat(ecdsa.verify(signed + Forge.part(signature)))
                    .isInstanceOfSatisfying(
                            TokenVerdict.Refused.class,
                            refused -> assertThat(refused.check()).isEqualTo(TokenCheck.SIGNATURE));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "\"\"",
                "\"4102444800\"",
                "[]",
                "{}",
                "1e400",
                "-1e400",
                "9223372036854775807",
                "9223372036854775808",
                "1e999999999",
                "12345678901234567890123456789012345678901234567890"
            })
    void refusesTimesThatAreNoNumberOfSeconds(String time) {
        assertRefused(TokenCheck.EXPIRY, Forge.signed(Forge.HEADER, forge.claimsWith("exp", time)));
        assertRefused(TokenCheck.NOT_BEFORE, Forge.signed(Forge.HEADER, forge.claimsWith("nbf", time)));
        assertRefused(TokenCheck.ISSUED_AT, Forge.signed(Forge.HEADER, forge.claimsWith("iat", time)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1", "-9007199254740991", "1.5"})
    void refusesAnExpiryLongPast(String time) {
        assertRefused(TokenCheck.EXPIRY, Forge.signed(Forge.HEADER, forge.claimsWith("exp", time)));
    }

    @Test
    void refusesATokenThatNeverEnds() {
        assertRefused(TokenCheck.EXPIRY, Forge.signed(Forge.HEADER, forge.claimsWithout("exp")));
    }

    @Test
    void acceptsATokenWithoutTheTimesThatAreOptional() {
        assertAccepted(Forge.signed(Forge.HEADER, forge.claimsWithout("nbf").replaceFirst(",\"iat\":\\d+", "")));
    }

    @ParameterizedTest
    @CsvSource({"exp,-29,true", "exp,-30,false", "nbf,30,true", "nbf,31,false", "iat,30,true", "iat,31,false"})
    void grantsThirtySecondsOfSkewAndNoMore(String claim, long seconds, boolean accepted) {
        String token =
                Forge.signed(Forge.HEADER, forge.claimsWith(claim, String.valueOf(clock.epochSecond() + seconds)));

        assertThat(verifier.verify(token) instanceof TokenVerdict.Accepted).isEqualTo(accepted);
    }

    @Test
    void refusesATokenOnceItsTimeIsOver() {
        String token = forge.good();

        clock.advance(Duration.ofSeconds(630));

        assertRefused(TokenCheck.EXPIRY, token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"Inference-Proxy\"",
                "\"inference-proxy/\"",
                "\"inference-prox\"",
                "\"inference-proxy2\"",
                "\"inference-proxy\\u0000\"",
                "\"https://evil.example\"",
                "[\"inference-proxy\"]",
                "{\"inference-proxy\":1}",
                "null",
                "1",
                "\"\""
            })
    void refusesAnotherIssuer(String issuer) {
        assertRefused(TokenCheck.ISSUER, Forge.signed(Forge.HEADER, forge.claimsWith("iss", issuer)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"billing\"",
                "\"Inference\"",
                "\"inference \"",
                "\"inference other\"",
                "[]",
                "[\"billing\"]",
                "[\"inference\",1]",
                "[[\"inference\"]]",
                "{\"inference\":true}",
                "null",
                "true"
            })
    void refusesAnotherAudience(String audience) {
        assertRefused(TokenCheck.AUDIENCE, Forge.signed(Forge.HEADER, forge.claimsWith("aud", audience)));
    }

    @Test
    void refusesMissingClaims() {
        assertRefused(TokenCheck.ISSUER, Forge.signed(Forge.HEADER, forge.claimsWithout("iss")));
        assertRefused(TokenCheck.AUDIENCE, Forge.signed(Forge.HEADER, forge.claimsWithout("aud")));
        assertRefused(TokenCheck.SUBJECT, Forge.signed(Forge.HEADER, forge.claimsWithout("sub")));
    }

    @Test
    void acceptsTheAudienceAmongSeveral() {
        assertAccepted(Forge.signed(Forge.HEADER, forge.claimsWith("aud", "[\"billing\",\"inference\"]")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"billing\"", "7", "[]"})
    void looksAtNoAudienceWhenToldSo(String audience) {
        AuthOptions options = Forge.OPTIONS.withAudience("none");
        TokenVerifier any = new TokenVerifier(options, SigningKeys.of(options), clock);

        assertThat(any.verify(Forge.signed(Forge.HEADER, forge.claimsWith("aud", audience))))
                .isInstanceOf(TokenVerdict.Accepted.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\"",
                "\"a\\u0000b\"",
                "\"a\\r\\nb\"",
                "\"a\\u007f\"",
                "\"\\u0085\"",
                "\"\\ud800\"",
                "\"\\udc00x\"",
                "7",
                "null",
                "[\"alice\"]",
                "{}"
            })
    void refusesASubjectThatIsNoName(String subject) {
        assertRefused(TokenCheck.SUBJECT, Forge.signed(Forge.HEADER, forge.claimsWith("sub", subject)));
    }

    @Test
    void refusesASubjectOfMoreThan256Characters() {
        assertAccepted(Forge.signed(Forge.HEADER, forge.claimsWith("sub", "\"" + "a".repeat(256) + "\"")));
        assertRefused(
                TokenCheck.SUBJECT, Forge.signed(Forge.HEADER, forge.claimsWith("sub", "\"" + "a".repeat(257) + "\"")));
    }

    @Test
    void acceptsASubjectInAnyScript() {
        assertAccepted(Forge.signed(Forge.HEADER, forge.claimsWith("sub", "\"Åsa 100% \\ud83d\\ude00\"")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"roles\":\"admin\"",
                "\"roles\":[1]",
                "\"roles\":[[\"admin\"]]",
                "\"roles\":null",
                "\"roles\":{\"admin\":true}",
                "\"roles\":[\"a\\nb\"]",
                "\"roles\":[\"\"]",
                "\"scope\":[\"read\"]",
                "\"scope\":null",
                "\"scope\":1",
                "\"scope\":\"a\\u0000b\""
            })
    void refusesRolesAndScopesOfTheWrongType(String member) {
        String claims = forge.claims().replace("}", "," + member + "}");

        assertRefused(TokenCheck.GRANTS, Forge.signed(Forge.HEADER, claims));
    }

    @Test
    void refusesAMemberThatStandsTwice() {
        assertRefused(TokenCheck.HEADER, Forge.signed("{\"alg\":\"none\",\"alg\":\"HS256\"}", forge.claims()));
        assertRefused(
                TokenCheck.PAYLOAD, Forge.signed(Forge.HEADER, forge.claims().replace("}", ",\"sub\":\"admin\"}")));
        assertRefused(
                TokenCheck.PAYLOAD,
                Forge.signed(Forge.HEADER, forge.claims().replace("}", ",\"s\\u0075b\":\"admin\"}")));
        assertRefused(
                TokenCheck.PAYLOAD, Forge.signed(Forge.HEADER, forge.claims().replace("}", ",\"exp\":4102444800}")));
    }

    @Test
    void refusesPayloadsThatAreNotStrictlyJson() {
        String claims = forge.claims();
        List<String> payloads = List.of(
                "\uFEFF" + claims,
                claims + "{}",
                claims + " x",
                claims.replace("{", "{/* c */"),
                claims.replace("}", ",}"),
                claims.replace('"', '\''),
                claims.replaceFirst("\"exp\":\\d+", "\"exp\":NaN"),
                claims.replaceFirst("\"exp\":\\d+", "\"exp\":0x7fffffff"),
                claims.replaceFirst("\"exp\":\\d+", "\"exp\":" + "9".repeat(5_000)),
                claims.replace("}", ",\"x\":" + "[".repeat(3_000) + "]".repeat(2_000) + "}"),
                claims.replace("}", ",\"x\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}"),
                "[]",
                "null",
                "\"alice\"");

        assertThat(payloads)
                .allSatisfy(payload -> assertRefused(TokenCheck.PAYLOAD, Forge.signed(Forge.HEADER, payload)));
    }

    @Test
    void refusesHeadersThatAreNotStrictlyJson() {
        List<String> headers = List.of(
                "\uFEFF" + Forge.HEADER,
                Forge.HEADER + "{}",
                Forge.HEADER.replace("{", "{/* c */"),
                Forge.HEADER.replace('"', '\''),
                Forge.HEADER.replace("}", ",\"x\":" + "9".repeat(5_000) + "}"),
                Forge.HEADER.replace("}", ",\"x\":" + "[".repeat(3_000) + "]".repeat(2_000) + "}"),
                "[]",
                "null");

        assertThat(headers)
                .allSatisfy(header -> assertRefused(TokenCheck.HEADER, Forge.signed(header, forge.claims())));
    }

    /** Such a number has as many digits as it says when it is written out. */
    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e999999999", "1e-999999999"})
    void aNumberOfAMillionDigitsCostsNothing(String number) {
        TokenVerifier keeper =
                new TokenVerifier(Forge.OPTIONS, Set.of("department"), SigningKeys.of(Forge.OPTIONS), clock);
        String token = Forge.signed(Forge.HEADER, forge.claimsWith("department", number));

        assertTimeoutPreemptively(Duration.ofSeconds(2), () -> keeper.verify(token));
    }

    @Test
    void refusesPayloadsThatAreNotUtf8() {
        byte[] latin = forge.claimsWith("sub", "\"\u00e5sa\"").getBytes(StandardCharsets.ISO_8859_1);
        byte[] utf16 = forge.claims().getBytes(StandardCharsets.UTF_16LE);
        byte[] overlong = {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', ':', '1', '}'};

        assertThat(List.of(latin, utf16, overlong))
                .allSatisfy(payload -> assertRefused(
                        TokenCheck.PAYLOAD,
                        Forge.signedParts(Forge.part(Forge.HEADER), Forge.part(payload), Forge.SECRET.revealBytes())));
    }

    @Test
    void refusesEncryptedTokens() {
        String header = Forge.part(
                "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128CBC-HS256\",\"p2c\":2147483647,\"p2s\":\"AAAA\"}");

        assertRefused(TokenCheck.SHAPE, header + ".AAAA.AAAA.AAAA.AAAA");
        assertRefused(TokenCheck.HEADER, header + ".AAAA.AAAA");
    }

    @Test
    void saysWhichChecksWerePassed() {
        TokenVerdict verdict = verifier.verify(Forge.signed(Forge.HEADER, forge.claimsWith("aud", "\"billing\"")));

        assertThat(verdict)
                .isEqualTo(new TokenVerdict.Refused(TokenCheck.AUDIENCE, "aud is \"billing\" (expected: inference)"));
        assertThat(verdict.passed())
                .containsExactly(
                        TokenCheck.SHAPE,
                        TokenCheck.HEADER,
                        TokenCheck.ALGORITHM,
                        TokenCheck.KEY,
                        TokenCheck.SIGNATURE,
                        TokenCheck.PAYLOAD,
                        TokenCheck.ISSUER);
        assertThat(TokenCheck.NOT_BEFORE.label()).isEqualTo("not before");
    }

    @Test
    void putsNoControlCharacterIntoItsReasons() {
        TokenVerdict verdict =
                verifier.verify(Forge.signed(Forge.HEADER, forge.claimsWith("iss", "\"a\\r\\nb\\u001b[31m\\u202e\"")));

        assertThat(verdict)
                .isEqualTo(new TokenVerdict.Refused(
                        TokenCheck.ISSUER, "iss is \"a??b?[31m?\" (expected: inference-proxy)"));
    }

    private void assertAccepted(String token) {
        assertThat(verifier.verify(token)).isInstanceOf(TokenVerdict.Accepted.class);
    }

    private void assertRefused(TokenCheck check, String token) {
        assertThat(verifier.verify(token))
                .isInstanceOfSatisfying(
                        TokenVerdict.Refused.class,
                        refused -> assertThat(refused.check()).isEqualTo(check));
    }

    /** The same bytes, spelt with a last character whose surplus bits are set. */
    private static String surplusBit(String signature) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        int last = signature.length() - 1;
        return signature.substring(0, last) + alphabet.charAt(alphabet.indexOf(signature.charAt(last)) + 1);
    }

    private byte[] derSignature(KeyPair pair, TokenAlgorithm algorithm) {
        String content = Forge.part("{\"alg\":\"" + algorithm + "\"}") + "." + Forge.part(forge.claims());
        try {
            Signature signature = Signature.getInstance("SHA" + algorithm.name().substring(2) + "withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(content.getBytes(StandardCharsets.UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] padded = new byte[length];
        int size = Math.min(length, bytes.length);
        System.arraycopy(bytes, bytes.length - size, padded, length - size, size);
        return padded;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] joined = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        return joined;
    }
}

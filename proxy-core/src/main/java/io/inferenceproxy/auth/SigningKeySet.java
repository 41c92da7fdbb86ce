package io.inferenceproxy.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.inferenceproxy.time.Ticker;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A set of keys for our own tokens, as it stands in a file, and what is done with it: keys are made and take turns.
 *
 * <p>The first key of an algorithm signs. One behind it that is younger is the next to sign; the others have signed before and
 * verify what is left of that. Immutable; prints no key.
 */
final class SigningKeySet {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int RSA_BITS = 3072;

    private final List<ObjectNode> keys;

    private SigningKeySet(List<ObjectNode> keys) {
        this.keys = List.copyOf(keys);
    }

    static SigningKeySet empty() {
        return new SigningKeySet(List.of());
    }

    /** Reads a set; anything else is refused without being quoted. */
    static SigningKeySet parse(byte[] json) {
        List<ObjectNode> keys = new ArrayList<>();
        try {
            JsonNode members = StrictJson.read(json).path("keys");
            for (JsonNode jwk : members) {
                if (!jwk.isObject()) {
                    throw new IllegalArgumentException("a key that is no object");
                }
                keys.add((ObjectNode) jwk);
            }
        } catch (StrictJson.Malformed malformed) {
            throw new IllegalArgumentException(
                    "no set of keys (expected: one that keys signing generate made)", malformed);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no set of keys (expected: one that keys signing generate made)");
        }
        return new SigningKeySet(keys);
    }

    byte[] write() {
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        ArrayNode members = set.putArray("keys");
        keys.forEach(members::add);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(set);
    }

    /** The algorithm of the first key. */
    Optional<TokenAlgorithm> algorithm() {
        return keys.stream()
                .map(key -> key.path("alg").asString(""))
                .filter(name -> !name.isEmpty())
                .map(TokenAlgorithm::parse)
                .findFirst();
    }

    boolean has(TokenAlgorithm algorithm) {
        return !of(algorithm).isEmpty();
    }

    /** The name of the key that signs. */
    String signing(TokenAlgorithm algorithm) {
        return of(algorithm).get(0).path("kid").asString("");
    }

    /** With a fresh key behind the others: the one that signs, if it is the first, else the next to sign. */
    SigningKeySet withFresh(TokenAlgorithm algorithm, Ticker ticker) {
        List<ObjectNode> more = new ArrayList<>(keys);
        more.add(fresh(algorithm, ticker));
        return new SigningKeySet(more);
    }

    /** The next key, which verifies already and does not sign yet. */
    Optional<String> next(TokenAlgorithm algorithm) {
        List<ObjectNode> all = of(algorithm);
        return all.stream()
                .skip(1)
                .filter(key -> made(key) > made(all.get(0)))
                .reduce((one, other) -> other)
                .map(key -> key.path("kid").asString(""));
    }

    /** With the next key in front, a fresh one where there is none, and so many behind it of those that have signed. */
    SigningKeySet rotated(TokenAlgorithm algorithm, int kept, Ticker ticker) {
        Optional<String> next = next(algorithm);
        List<ObjectNode> all = of(algorithm);
        ObjectNode first = next.flatMap(id -> all.stream()
                        .filter(key -> key.path("kid").asString("").equals(id))
                        .findFirst())
                .orElseGet(() -> fresh(algorithm, ticker));
        List<ObjectNode> turned = new ArrayList<>(List.of(first));
        all.stream().filter(key -> !key.equals(first)).limit(kept).forEach(turned::add);
        keys.stream().filter(key -> !isOf(key, algorithm)).forEach(turned::add);
        return new SigningKeySet(turned);
    }

    private List<ObjectNode> of(TokenAlgorithm algorithm) {
        return keys.stream().filter(key -> isOf(key, algorithm)).toList();
    }

    private static boolean isOf(ObjectNode key, TokenAlgorithm algorithm) {
        return algorithm.isNamed(key.path("alg").asString(""));
    }

    private static double made(ObjectNode key) {
        return key.path("iat").asDouble(0);
    }

    private static ObjectNode fresh(TokenAlgorithm algorithm, Ticker ticker) {
        try {
            JWK key = jwk(algorithm);
            ObjectNode json = (ObjectNode) JSON.readTree(key.toJSONString());
            return json.put("use", "sig")
                    .put("alg", algorithm.toString())
                    .put("kid", key.computeThumbprint().toString())
                    // In milliseconds the order of two that were made in one second is known too.
                    .put("iat", ticker.epochMillis() / 1000.0);
        } catch (GeneralSecurityException | JOSEException impossible) {
            throw new IllegalStateException("this Java platform makes no key of " + algorithm, impossible);
        }
    }

    private static JWK jwk(TokenAlgorithm algorithm) throws GeneralSecurityException {
        return switch (algorithm) {
            case HS256 -> secret(32);
            case HS384 -> secret(48);
            case HS512 -> secret(64);
            case ES256 -> ec("secp256r1", Curve.P_256);
            case ES384 -> ec("secp384r1", Curve.P_384);
            case ES512 -> ec("secp521r1", Curve.P_521);
            case ED25519 -> ed25519();
            default -> rsa();
        };
    }

    private static JWK secret(int bytes) {
        byte[] secret = new byte[bytes];
        new SecureRandom().nextBytes(secret);
        return new OctetSequenceKey.Builder(secret).build();
    }

    private static JWK ec(String name, Curve curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(name));
        KeyPair pair = generator.generateKeyPair();
        return new ECKey.Builder(curve, (ECPublicKey) pair.getPublic())
                .privateKey(pair.getPrivate())
                .build();
    }

    private static JWK rsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(RSA_BITS);
        KeyPair pair = generator.generateKeyPair();
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                .privateKey(pair.getPrivate())
                .build();
    }

    private static JWK ed25519() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
        return new OctetKeyPair.Builder(Curve.Ed25519, PublicKeyKind.pointOf((EdECPublicKey) pair.getPublic()))
                .d(Base64URL.encode(seed))
                .build();
    }

    @Override
    public String toString() {
        return "SigningKeySet[" + keys.size() + "]";
    }
}

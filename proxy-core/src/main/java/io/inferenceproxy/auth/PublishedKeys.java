package io.inferenceproxy.auth;

import com.nimbusds.jose.JOSEException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The keys of a set that an issuer publishes (RFC 7517 section 5), each bound to the algorithms that are configured, that
 * fit it and that it does not rule out itself.
 *
 * <p>What cannot be used is left out and told: secrets, private keys, weak keys, keys of other kinds or for other uses, and
 * different keys under one name.
 *
 * @param keys what tokens may be signed with
 * @param leftOut why others are not among them, in words for the log
 */
record PublishedKeys(List<Published> keys, List<String> leftOut) {

    static final int MOST = 100;

    private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    /**
     * A key under one of its algorithms.
     *
     * @param id its {@code kid}; empty where it has none
     * @param thumbprint tells different keys of one name apart
     */
    record Published(String id, String thumbprint, SigningKey key) {
        boolean isSame(Published other) {
            return id.equals(other.id)
                    && thumbprint.equals(other.thumbprint)
                    && key.algorithm() == other.key.algorithm();
        }
    }

    /** Reads a set; a {@link KeyFetcher.Failure} says that it is none, or that nothing in it can be used. */
    static PublishedKeys parse(byte[] json, List<TokenAlgorithm> algorithms) {
        JsonNode set;
        try {
            set = StrictJson.read(json).path("keys");
        } catch (StrictJson.Malformed malformed) {
            throw new KeyFetcher.Failure("the keys are " + malformed.getMessage());
        }
        if (!set.isArray() || set.size() > MOST) {
            throw new KeyFetcher.Failure("no set of keys (expected: {\"keys\": [...]} with at most " + MOST + ")");
        }
        List<Published> found = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        for (JsonNode jwk : set) {
            String id = jwk.path("kid").isString() ? jwk.path("kid").stringValue() : "";
            try {
                found.addAll(published(jwk, id, algorithms));
            } catch (RuntimeException | GeneralSecurityException | JOSEException unusable) {
                leftOut.add("key " + TokenRefusal.shown(id) + ": "
                        + (unusable instanceof KeyMaterial.Unusable
                                ? unusable.getMessage()
                                : "not one that can be read"));
            }
        }
        List<Published> different = differentOnly(found, leftOut);
        if (different.isEmpty()) {
            throw new KeyFetcher.Failure("no usable key in the set of " + set.size() + " " + leftOut);
        }
        return new PublishedKeys(List.copyOf(different), List.copyOf(leftOut));
    }

    private static List<Published> published(JsonNode jwk, String id, List<TokenAlgorithm> algorithms)
            throws GeneralSecurityException, JOSEException {
        if (!jwk.isObject()) {
            throw new KeyMaterial.Unusable("no object");
        }
        for (String name : PRIVATE) {
            if (jwk.has(name)) {
                throw new KeyMaterial.Unusable("secret or private, and yet published (expected: public keys alone)");
            }
        }
        JsonNode operations = jwk.path("key_ops");
        if (!operations.isMissingNode() && !operations.toString().contains("\"verify\"")) {
            throw new KeyMaterial.Unusable("not for verifying");
        }
        KeyMaterial material = JwkKeys.parse(jwk.toString());
        if (!PublicKeyKind.isSound(material.publicKey())) {
            throw new KeyMaterial.Unusable("RSA of an unusual length (expected: 2048 to 8192 bits)");
        }
        Optional<TokenAlgorithm> own = material.ownAlgorithm();
        String thumbprint = PublicKeyKind.thumbprint(material.publicKey());
        List<Published> published = new ArrayList<>();
        for (TokenAlgorithm algorithm : PublicKeyKind.fitting(material.publicKey())) {
            if (algorithms.contains(algorithm) && (own.isEmpty() || own.get() == algorithm)) {
                SigningKey key =
                        SigningKey.ofPublicKey(algorithm, material.publicKey(), id.isEmpty() ? thumbprint : id);
                published.add(new Published(id, thumbprint, key));
            }
        }
        if (published.isEmpty()) {
            throw new KeyMaterial.Unusable("for none of " + algorithms);
        }
        return published;
    }

    /** The same key twice counts once; different keys under one name and algorithm are nobody's. */
    private static List<Published> differentOnly(List<Published> found, List<String> leftOut) {
        Map<String, Published> byName = new HashMap<>();
        List<Published> different = new ArrayList<>();
        List<Published> unclear = new ArrayList<>();
        for (Published key : found) {
            String name = key.id.isEmpty() ? " " + key.thumbprint : key.id;
            Published before = byName.putIfAbsent(key.key.algorithm() + " " + name, key);
            if (before == null) {
                different.add(key);
            } else if (!before.isSame(key)) {
                unclear.add(before);
                leftOut.add("key " + TokenRefusal.shown(key.id) + ": several different ones of that name");
            }
        }
        different.removeAll(unclear);
        return different;
    }
}

package io.inferenceproxy.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.inferenceproxy.pem.UnusablePem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What stands in {@code auth.key-file}: one key, as PEM or JWK, or a set of them (RFC 7517 section 5), in which the first of
 * an algorithm signs and the others verify.
 *
 * @param path the file
 * @param keys the keys with a public half, in order
 * @param secrets the keys of the HS algorithms, in order; only a set has them
 * @param isSet whether it is a set
 */
record KeyFileContent(Path path, List<KeyFile> keys, List<SecretKey> secrets, boolean isSet) {

    static final int MAX_SIZE = 64 << 10;

    /**
     * A secret in a set.
     *
     * @param id how the file calls it; empty where it does not
     * @param algorithm the one algorithm that the file allows, if it says so
     */
    record SecretKey(OctetSequenceKey key, String id, Optional<TokenAlgorithm> algorithm) {
        byte[] bytes() {
            return key.toByteArray();
        }

        boolean isFor(TokenAlgorithm wanted) {
            return wanted.isSymmetric() && algorithm.map(own -> own == wanted).orElse(true);
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "SecretKey[" + id + "]";
        }
    }

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException when it is wrong; the message quotes nothing of it
     * @throws UncheckedIOException when it cannot be read
     */
    static KeyFileContent read(Path path) {
        String text;
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_SIZE + 1);
            if (bytes.length > MAX_SIZE) {
                throw new IllegalArgumentException(
                        "auth.key-file: " + path + " has more than 64KB (expected: keys, PEM or JWK)");
            }
            text = new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("auth.key-file: " + path + " cannot be read", unreadable);
        }
        try {
            return text.startsWith("{") ? ofJson(path, text) : one(path, PemKeys.parse(text));
        } catch (GeneralSecurityException | JOSEException | ParseException | RuntimeException wrong) {
            // The causes of these may quote the key: their messages stay behind, but for those that are ours.
            String what = wrong instanceof UnusablePem ? wrong.getMessage() : "not a key that can be read";
            throw new IllegalArgumentException("auth.key-file: " + path + ": " + what);
        }
    }

    private static KeyFileContent one(Path path, KeyMaterial material) throws JOSEException {
        return new KeyFileContent(path, List.of(KeyFile.of(path, material)), List.of(), false);
    }

    private static KeyFileContent ofJson(Path path, String text)
            throws GeneralSecurityException, JOSEException, ParseException {
        JsonNode json;
        try {
            json = StrictJson.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (StrictJson.Malformed malformed) {
            throw new KeyMaterial.Unusable("not a JSON Web Key");
        }
        if (!json.has("keys")) {
            return one(path, JwkKeys.parse(text));
        }
        List<KeyFile> keys = new ArrayList<>();
        List<SecretKey> secrets = new ArrayList<>();
        for (JsonNode jwk : json.path("keys")) {
            if (jwk.path("kty").isString() && jwk.path("kty").stringValue().equals("oct")) {
                OctetSequenceKey secret = OctetSequenceKey.parse(jwk.toString());
                secrets.add(new SecretKey(
                        secret,
                        secret.getKeyID() == null ? "" : secret.getKeyID(),
                        Optional.ofNullable(secret.getAlgorithm()).map(own -> TokenAlgorithm.parse(own.getName()))));
            } else {
                keys.add(KeyFile.of(path, JwkKeys.parse(jwk.toString())));
            }
        }
        if (keys.isEmpty() && secrets.isEmpty()) {
            throw new KeyMaterial.Unusable("no key in the set (expected: one or more)");
        }
        return new KeyFileContent(path, List.copyOf(keys), List.copyOf(secrets), true);
    }
}

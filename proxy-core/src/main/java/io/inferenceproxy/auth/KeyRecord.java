package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An API key as JSON: a line of the keys file, or what another store keeps. */
public final class KeyRecord {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private KeyRecord() {}

    /** The key as one line of text, always the same for the same key. */
    public static String textOf(ApiKey key) {
        return write(key).toString();
    }

    /**
     * The key of such a text.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static ApiKey parse(String text) {
        try {
            return read(JSON.readTree(text));
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("key: not well-formed JSON"); // its message would quote a digest
        }
    }

    static ApiKey read(JsonNode node) {
        List<KeySecret> secrets = new ArrayList<>();
        for (JsonNode secret : node.path("secrets")) {
            secrets.add(new KeySecret(
                    Secret.of(RecordLines.text(secret, "sha256")), RecordLines.optionalInstant(secret, "until")));
        }
        return new ApiKey(
                RecordLines.text(node, "id"),
                RecordLines.text(node, "user"),
                RecordLines.names(node, "roles"),
                RecordLines.names(node, "scopes"),
                RecordLines.names(node, "routes"),
                RecordLines.instant(node, "created"),
                RecordLines.optionalInstant(node, "expiry"),
                RecordLines.text(node, "note"),
                node.path("enabled").asBoolean(false),
                secrets);
    }

    static ObjectNode write(ApiKey key) {
        ObjectNode node = RecordLines.object().put("id", key.id()).put("user", key.user());
        RecordLines.names(node, "roles", key.roles());
        RecordLines.names(node, "scopes", key.scopes());
        RecordLines.names(node, "routes", key.routes());
        node.put("created", key.created().toString());
        key.expiry().ifPresent(expiry -> node.put("expiry", expiry.toString()));
        node.put("note", key.note()).put("enabled", key.enabled());
        ArrayNode secrets = node.putArray("secrets");
        for (KeySecret secret : key.secrets()) {
            ObjectNode line = secrets.addObject().put("sha256", secret.digest().reveal());
            secret.until().ifPresent(until -> line.put("until", until.toString()));
        }
        return node;
    }
}

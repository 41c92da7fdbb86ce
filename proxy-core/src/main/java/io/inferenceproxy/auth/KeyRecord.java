package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An API key as a line of the keys file. */
final class KeyRecord {

    private KeyRecord() {}

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

package io.inferenceproxy.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One line of the trail. Its last member is the SHA-256 of all that stands before that member; the one before is that of the
 * line before.
 *
 * @param number counts from 1
 * @param previous the hash of the line before; 64 zeros for the first
 * @param hash its own
 * @param text all of it, without the line end
 */
record AuditLine(long number, String previous, String hash, String text) {

    /** No line is longer: what a stranger chooses is cut. */
    static final int LONGEST = 8 << 10;

    /** Stands for the line before the first. */
    static final AuditLine NONE = new AuditLine(0, "", "0".repeat(64), "");

    private static final int LONGEST_MEMBER = 512;
    private static final Pattern END = Pattern.compile("^(.*),\"hash\":\"([0-9a-f]{64})\"\\}$");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The line for an event behind this one. */
    AuditLine next(AuditEvent event, Instant time) {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        members.put("number", number + 1);
        members.put("time", time.toString());
        members.put("event", event.kind().label());
        members.put("outcome", event.succeeded() ? "success" : "failure");
        put(members, "actor", event.actor());
        put(members, "subject", event.subject());
        put(members, "origin", event.origin());
        put(members, "requestId", event.requestId());
        put(members, "detail", event.detail());
        members.put("previous", hash);
        String all = members.toString();
        String hashed = all.substring(0, all.length() - 1);
        String own = hashOf(hashed);
        return new AuditLine(number + 1, hash, own, hashed + ",\"hash\":\"" + own + "\"}");
    }

    private static void put(ObjectNode members, String name, String value) {
        if (!value.isEmpty()) {
            members.put(name, value.length() > LONGEST_MEMBER ? value.substring(0, LONGEST_MEMBER) + "…" : value);
        }
    }

    /** Reads a line; nothing when it is none, or its own hash is not that of what stands in it. */
    static Optional<AuditLine> parse(String text) {
        Matcher end = END.matcher(text);
        if (!end.matches() || !hashOf(end.group(1)).equals(end.group(2))) {
            return Optional.empty();
        }
        try {
            JsonNode members = JSON.readTree(text);
            return Optional.of(new AuditLine(
                    members.path("number").asLong(0), members.path("previous").asString(""), end.group(2), text));
        } catch (JacksonException none) {
            return Optional.empty();
        }
    }

    private static String hashOf(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}

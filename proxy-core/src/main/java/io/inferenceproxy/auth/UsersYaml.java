package io.inferenceproxy.auth;

import io.inferenceproxy.units.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * The format of the users file, YAML:
 *
 * <pre>{@code
 * users:
 *   alice:
 *     password: "$argon2id$v=19$m=19456,t=2,p=1$..."
 *     roles: ["researcher"]
 *     enabled: true
 * }</pre>
 *
 * <p>Read strictly: no other keys, no key twice, no anchors, aliases or tags. Messages quote no hash.
 */
final class UsersYaml {

    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private UsersYaml() {}

    /**
     * @throws IllegalArgumentException when the text is not such a file; the message says where and what was expected
     */
    static Map<String, User> parse(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw new IllegalArgumentException("not UTF-8", notUtf8);
        }
        JsonNode root;
        try {
            requirePlain(text);
            root = YAML.readTree(text);
        } catch (JacksonException wrong) {
            // Its message quotes the line, and with it may quote a hash.
            throw new IllegalArgumentException(place(wrong.getLocation()) + "not well-formed YAML, or a key twice");
        }
        if (root.isMissingNode() || root.isNull()) {
            return Map.of();
        }
        requireKeys(root, "", List.of("users"));
        Map<String, User> users = new LinkedHashMap<>();
        JsonNode entries = root.path("users");
        if (!entries.isMissingNode() && !entries.isNull()) {
            require(entries.isObject(), "users", "a map of names");
            entries.properties().forEach(entry -> users.put(entry.getKey(), user(entry.getKey(), entry.getValue())));
        }
        return users;
    }

    /** The same users, by name, so that a file changes only where a user does. */
    static byte[] write(Collection<User> users) {
        StringBuilder yaml = new StringBuilder("users:\n");
        users.stream()
                .sorted(Comparator.comparing(User::name))
                .forEach(user -> yaml.append("  ")
                        .append(JSON.writeValueAsString(user.name()))
                        .append(":\n    password: ")
                        .append(JSON.writeValueAsString(user.password().reveal()))
                        .append("\n    roles: ")
                        .append(JSON.writeValueAsString(new TreeSet<>(user.roles())))
                        .append("\n    enabled: ")
                        .append(user.enabled())
                        .append('\n'));
        return yaml.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Refuses what makes YAML more than a tree of plain values: aliases grow, tags make objects. */
    private static void requirePlain(String text) {
        try (JsonParser parser = YAML.createParser(text)) {
            while (parser.nextToken() != null) {
                if (((YAMLParser) parser).isCurrentAlias()
                        || parser.getObjectId() != null
                        || parser.getTypeId() != null) {
                    throw new IllegalArgumentException(
                            place(parser.currentTokenLocation()) + "an anchor, alias or tag (expected: plain values)");
                }
            }
        }
    }

    private static User user(String name, JsonNode node) {
        String path = "users." + TokenRefusal.shown(name);
        require(TokenClaims.isName(name), path, "a name of 1 to 256 characters, none of control");
        requireKeys(node, path, List.of("password", "roles", "enabled"));
        JsonNode password = node.path("password");
        require(
                password.isString() && PasswordHashes.isReadable(Secret.of(password.stringValue())),
                path + ".password",
                "an argon2id hash, as `users passwd` makes it, or one of bcrypt or PBKDF2");
        JsonNode roles = node.path("roles");
        require(roles.isMissingNode() || roles.isNull() || roles.isArray(), path + ".roles", "a list of names");
        Set<String> names = new HashSet<>();
        for (JsonNode role : roles) {
            require(role.isString() && TokenClaims.isName(role.stringValue()), path + ".roles", "a list of names");
            names.add(role.stringValue());
        }
        JsonNode enabled = node.path("enabled");
        require(enabled.isMissingNode() || enabled.isBoolean(), path + ".enabled", "true or false");
        return new User(
                name, Secret.of(password.stringValue()), names, enabled.isMissingNode() || enabled.booleanValue());
    }

    private static void requireKeys(JsonNode node, String path, List<String> keys) {
        require(node.isObject(), path.isEmpty() ? "the file" : path, "a map with " + keys);
        for (String key : node.propertyNames()) {
            require(
                    keys.contains(key),
                    (path.isEmpty() ? "" : path + ".") + TokenRefusal.shown(key) + " is unknown",
                    "one of " + keys);
        }
    }

    private static void require(boolean right, String what, String expected) {
        if (!right) {
            throw new IllegalArgumentException(what + " (expected: " + expected + ")");
        }
    }

    private static String place(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : location.getLineNr() + ":" + location.getColumnNr() + ": ";
    }
}

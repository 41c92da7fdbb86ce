package io.inferenceproxy.auth;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The format of files that only the proxy writes: one JSON object a line, the first of which says what the file is. Messages
 * name the line and quote nothing of it.
 */
final class RecordLines {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int VERSION = 1;

    private final StoreFile file;
    private final String content;

    /**
     * @param content what the file holds, such as {@code keys}
     */
    RecordLines(StoreFile file, String content) {
        this.file = file;
        this.content = content;
    }

    /**
     * Reads whole lines, and leaves a last one that has no end.
     *
     * @param from where to begin; at the start stands the line that says what the file is
     * @return behind the last whole line
     * @throws IllegalArgumentException when it is another file, or a line cannot be understood
     */
    Place read(byte[] bytes, Place from, Consumer<JsonNode> records) {
        int start = Math.toIntExact(from.offset());
        int line = from.lines();
        for (int i = start; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                JsonNode node = parse(bytes, start, i, ++line);
                if (line == 1) {
                    requireOwn(node);
                } else {
                    understand(node, line, records);
                }
                start = i + 1;
            }
        }
        return new Place(start, line);
    }

    /** Reads a file that is replaced as a whole, so that a line without an end is damage. */
    void readWhole(byte[] bytes, Consumer<JsonNode> records) {
        Place end = read(bytes, Place.START, records);
        if (end.lines() == 0 || end.offset() < bytes.length) {
            throw file.wrong((end.lines() + 1) + ": is cut off (expected: a whole line; the file is damaged)");
        }
    }

    private void requireOwn(JsonNode first) {
        if (!first.path("inference-proxy").asString("").equals(content)) {
            throw file.wrong("1: another kind of file (expected: one of " + content + ", made by this program)");
        }
        if (first.path("version").asInt(0) != VERSION) {
            throw file.wrong("1: of another version of the program (expected: version " + VERSION + ")");
        }
    }

    private void understand(JsonNode node, int line, Consumer<JsonNode> records) {
        try {
            records.accept(node);
        } catch (IllegalArgumentException wrong) {
            throw file.wrong(line + ": " + wrong.getMessage());
        }
    }

    private JsonNode parse(byte[] bytes, int from, int to, int line) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
            JsonNode node = JSON.readTree(text);
            if (node.isObject()) {
                return node;
            }
        } catch (CharacterCodingException | JacksonException malformed) {
            // Its message quotes the line, and with it may quote a digest.
            throw file.wrong(line + ": not well-formed JSON in UTF-8");
        }
        throw file.wrong(line + ": not a JSON object");
    }

    /** A whole file. */
    byte[] write(Collection<ObjectNode> records) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(line(object().put("inference-proxy", content).put("version", VERSION)));
        records.forEach(node -> bytes.writeBytes(line(node)));
        return bytes.toByteArray();
    }

    static byte[] line(ObjectNode node) {
        return (JSON.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode names(ObjectNode node, String member, Set<String> names) {
        ArrayNode array = node.putArray(member);
        new TreeSet<>(names).forEach(array::add);
        return array;
    }

    static String text(JsonNode node, String member) {
        JsonNode value = node.path(member);
        if (!value.isString()) {
            throw new IllegalArgumentException(member + ": missing (expected: a text)");
        }
        return value.stringValue();
    }

    static Set<String> names(JsonNode node, String member) {
        List<String> names = new ArrayList<>();
        for (JsonNode name : node.path(member)) {
            if (!name.isString()) {
                throw new IllegalArgumentException(member + ": not a list of texts");
            }
            names.add(name.stringValue());
        }
        return new HashSet<>(names);
    }

    static Instant instant(JsonNode node, String member) {
        try {
            return Instant.parse(text(node, member));
        } catch (DateTimeException wrong) {
            throw new IllegalArgumentException(member + ": no time (expected: 2026-01-31T12:00:00Z)", wrong);
        }
    }

    static Optional<Instant> optionalInstant(JsonNode node, String member) {
        return node.path(member).isMissingNode() ? Optional.empty() : Optional.of(instant(node, member));
    }

    /**
     * How far a file was read.
     *
     * @param offset in bytes
     * @param lines how many lines are before it
     */
    record Place(long offset, int lines) {
        static final Place START = new Place(0, 0);
    }
}

package io.inferenceproxy.validate;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON by the letter of RFC 8259, one value, read once: no name twice in an object, no number that others could not
 * read (1,000 characters, exponent within ±400), nesting up to a bound.
 */
final class StrictJson {

    private static final int MAX_NUMBER = 1_000;
    private static final int MAX_NAME = 50_000;
    private static final int MAX_EXPONENT = 400;

    /**
     * Names are not kept in a symbol table: a stranger could fill it with colliding ones. Depth is counted here, since
     * the parser's own bound is the same for all.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(MAX_NUMBER)
                    .maxNameLength(MAX_NAME)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private StrictJson() {}

    /** A mapper as strict, for files of the operator. */
    static JsonMapper mapper() {
        return JsonMapper.builder(FACTORY).build();
    }

    /** Checks the text and keeps nothing of it. */
    static void check(byte[] bytes, int maxDepth) throws MalformedJson {
        Walk walk = new Walk(Utf8.decode(bytes), maxDepth);
        try {
            walk.checkAll();
        } catch (JacksonException malformed) {
            throw walk.explained(malformed);
        }
    }

    /** Checks the text and makes a tree of it; fractions are exact. */
    static JsonNode read(byte[] bytes, int maxDepth) throws MalformedJson {
        Walk walk = new Walk(Utf8.decode(bytes), maxDepth);
        try {
            return walk.tree();
        } catch (JacksonException malformed) {
            throw walk.explained(malformed);
        }
    }

    /** One pass over a text. */
    private static final class Walk {

        private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

        private final JsonParser parser;
        private final int maxDepth;
        private int depth;

        Walk(String text, int maxDepth) {
            this.parser = FACTORY.createParser(ObjectReadContext.empty(), text);
            this.maxDepth = maxDepth;
        }

        void checkAll() throws MalformedJson {
            first();
            while (depth > 0) {
                next();
            }
            end();
        }

        JsonNode tree() throws MalformedJson {
            JsonNode tree = value(first());
            end();
            return tree;
        }

        private JsonNode value(JsonToken token) throws MalformedJson {
            return switch (token) {
                case START_OBJECT -> object();
                case START_ARRAY -> array();
                case VALUE_STRING -> NODES.stringNode(parser.getString());
                case VALUE_TRUE -> NODES.booleanNode(true);
                case VALUE_FALSE -> NODES.booleanNode(false);
                case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDecimalValue());
                case VALUE_NUMBER_INT ->
                    switch (parser.getNumberType()) {
                        case INT -> NODES.numberNode(parser.getIntValue());
                        case LONG -> NODES.numberNode(parser.getLongValue());
                        default -> NODES.numberNode(parser.getBigIntegerValue());
                    };
                default -> NODES.nullNode();
            };
        }

        private JsonNode object() throws MalformedJson {
            ObjectNode object = NODES.objectNode();
            while (next() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                object.set(name, value(next()));
            }
            return object;
        }

        private JsonNode array() throws MalformedJson {
            ArrayNode array = NODES.arrayNode();
            for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
                array.add(value(token));
            }
            return array;
        }

        private JsonToken first() throws MalformedJson {
            JsonToken token = parser.nextToken();
            if (token == null) {
                throw new MalformedJson("The body is empty", 1, 1);
            }
            return entered(token);
        }

        private JsonToken next() throws MalformedJson {
            return entered(parser.nextToken());
        }

        private void end() throws MalformedJson {
            if (parser.nextToken() != null) {
                throw malformed("The body has more than one JSON value", parser.currentTokenLocation());
            }
        }

        private JsonToken entered(JsonToken token) throws MalformedJson {
            switch (token) {
                case START_OBJECT, START_ARRAY -> {
                    if (++depth > maxDepth) {
                        throw malformed(
                                "The body is nested deeper than " + maxDepth + " levels",
                                parser.currentTokenLocation());
                    }
                }
                case END_OBJECT, END_ARRAY -> depth--;
                case VALUE_NUMBER_FLOAT -> requireRange();
                default -> {}
            }
            return token;
        }

        /** An exponent of ten digits is a few bytes on the wire and a giant once something calculates with it. */
        private void requireRange() throws MalformedJson {
            char[] text = parser.getStringCharacters();
            int start = parser.getStringOffset();
            int end = start + parser.getStringLength();
            int digit = start;
            while (digit < end && (text[digit] | 0x20) != 'e') {
                digit++;
            }
            int exponent = 0;
            for (digit++; digit < end && exponent <= MAX_EXPONENT; digit++) {
                if (text[digit] >= '0' && text[digit] <= '9') {
                    exponent = exponent * 10 + text[digit] - '0';
                }
            }
            if (exponent > MAX_EXPONENT) {
                throw malformed("The body has a number out of range", parser.currentTokenLocation());
            }
        }

        MalformedJson explained(JacksonException cause) {
            TokenStreamLocation location = cause.getLocation() == null ? parser.currentLocation() : cause.getLocation();
            if (cause instanceof StreamConstraintsException) {
                return malformed("The body has a number or a name that is too long", location);
            }
            if (cause instanceof UnexpectedEndOfInputException) {
                return malformed("The body ends before its JSON does", location);
            }
            if (cause.getOriginalMessage().startsWith("Duplicate")) {
                return malformed("The body has an object that names a member twice", location);
            }
            return malformed("The body is not well-formed JSON", location);
        }

        private static MalformedJson malformed(String message, TokenStreamLocation location) {
            return new MalformedJson(message, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
        }
    }
}

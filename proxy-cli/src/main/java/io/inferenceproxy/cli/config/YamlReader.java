package io.inferenceproxy.cli.config;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML 1.2 into a tree whose keys and values know their places. Stricter than YAML: equal keys, anchors, aliases,
 * tags, a second document and more than {@value #DEEPEST} levels are mistakes. All scalars are texts as they stand.
 */
final class YamlReader {

    private static final int DEEPEST = 32;
    private static final YAMLFactory YAML = YAMLFactory.builder().build();
    private static final Pattern PLACE = Pattern.compile("^ in \\S+, line (\\d+), column (\\d+):$");

    /** Ends the reading of a text that cannot be read further; the place is told already. */
    @SuppressWarnings("serial")
    private static final class Unreadable extends Exception {
        Unreadable() {
            super(null, null, false, false);
        }
    }

    /** Gives each place of the text its origin: the place itself, or the flag or variable that the text stands in. */
    interface Places {
        Origin at(int line, int column);
    }

    private final SourceText source;
    private final Places places;
    private final Findings findings;

    private YamlReader(SourceText source, Places places, Findings findings) {
        this.source = source;
        this.places = places;
        this.findings = findings;
    }

    /** The root of a file; nothing when it is empty or cannot be read at all, which is told. */
    static Optional<ConfigNode> read(SourceText source, Findings findings) {
        return new YamlReader(source, source::at, findings).read();
    }

    /** A value in flow style, as flags and variables have it; every place in it is that one origin. */
    static Optional<ConfigNode> flow(String text, Origin origin, Findings findings) {
        SourceText source = SourceText.of("", Path.of(""), text);
        return new YamlReader(source, (line, column) -> origin, findings).read();
    }

    private Optional<ConfigNode> read() {
        if (hasForbiddenCharacter()) {
            return Optional.empty();
        }
        try (YAMLParser parser =
                (YAMLParser) YAML.createParser(ObjectReadContext.empty(), new StringReader(source.text()))) {
            try {
                JsonToken first = parser.nextToken();
                if (first == null) {
                    return Optional.empty();
                }
                ConfigNode root = node(parser, first, 1);
                if (parser.nextToken() != null) {
                    findings.error(origin(parser), "a second document (expected: one document in a file)");
                }
                return Optional.of(root);
            } catch (JacksonException malformed) {
                tell(malformed);
            } catch (Unreadable told) {
                // told where it happened
            } catch (RuntimeException surprise) {
                // The scanner is not ours: whatever it throws on hostile text is a mistake in the text.
                findings.error(origin(parser), "not YAML (expected: keys and values)");
            }
        }
        return Optional.empty();
    }

    private boolean hasForbiddenCharacter() {
        for (int line = 1; line <= source.lines().size(); line++) {
            int[] points = source.line(line).codePoints().toArray();
            for (int i = 0; i < points.length; i++) {
                int point = points[i];
                if (point < 0x20 && point != '\t'
                        || point == 0x7f
                        || point >= 0xd800 && point < 0xe000
                        || point >= 0x80 && point < 0xa0
                        || point == 0xfffe
                        || point == 0xffff) {
                    findings.error(
                            places.at(line, i + 1),
                            String.format("character U+%04X (expected: printable text)", point));
                    return true;
                }
            }
        }
        return false;
    }

    private ConfigNode node(YAMLParser parser, JsonToken token, int depth) throws Unreadable {
        Origin origin = origin(parser);
        refuseExtras(parser, origin);
        if (depth > DEEPEST) {
            findings.error(origin, "more than " + DEEPEST + " levels (expected: fewer)");
            throw new Unreadable();
        }
        if (token == JsonToken.START_OBJECT) {
            return keys(parser, origin, depth);
        }
        if (token == JsonToken.START_ARRAY) {
            List<ConfigNode> items = new ArrayList<>();
            for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                items.add(node(parser, ended(next), depth + 1));
            }
            return new ConfigNode.Items(items, origin);
        }
        return new ConfigNode.Text(parser.getString(), token == JsonToken.VALUE_NULL, origin);
    }

    private ConfigNode keys(YAMLParser parser, Origin origin, int depth) throws Unreadable {
        Map<String, ConfigNode.Entry> entries = new LinkedHashMap<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_OBJECT; next = parser.nextToken()) {
            ended(next);
            String name = parser.currentName();
            Origin place = origin(parser);
            refuseExtras(parser, place);
            ConfigNode value = node(parser, ended(parser.nextToken()), depth + 1);
            ConfigNode.Entry first = entries.putIfAbsent(name, new ConfigNode.Entry(place, value));
            if (first != null) {
                findings.error(
                        place,
                        KeyPath.ROOT.child(name) + ": given twice (expected: once; the first is at " + first.origin()
                                + ")");
            }
        }
        return new ConfigNode.Keys(entries, true, origin);
    }

    private JsonToken ended(@Nullable JsonToken token) throws Unreadable {
        if (token == null) {
            findings.error(places.at(Math.max(1, source.lines().size()), 1), "the text ends too early");
            throw new Unreadable();
        }
        return token;
    }

    /** The parser does not tell of all anchors and tags, but each begins with its sign where a value begins. */
    private void refuseExtras(YAMLParser parser, Origin origin) throws Unreadable {
        TokenStreamLocation at = parser.currentTokenLocation();
        int sign = source.codePointAt(at.getLineNr(), at.getColumnNr());
        if (sign == '*' || parser.isCurrentAlias()) {
            findings.error(origin, "an alias (expected: the value itself, or quotes around a text that begins with *)");
        } else if (sign == '&') {
            findings.error(
                    origin, "an anchor (expected: the value itself, or quotes around a text that begins with &)");
        } else if (sign == '!') {
            findings.error(origin, "a tag (expected: the value itself, or quotes around a text that begins with !)");
        }
    }

    private Origin origin(JsonParser parser) {
        TokenStreamLocation at = parser.currentTokenLocation();
        return places.at(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
    }

    /** The scanner's own message quotes lines of the file; only its last sentence and place are taken. */
    private void tell(JacksonException malformed) {
        String sentence = "";
        String previous = "";
        TokenStreamLocation at = malformed.getLocation();
        int line = at == null ? 1 : at.getLineNr();
        int column = at == null ? 1 : at.getColumnNr();
        for (String part : malformed.getOriginalMessage().split("\n", -1)) {
            Matcher place = PLACE.matcher(part);
            if (place.matches()) {
                line = Integer.parseInt(place.group(1));
                column = Integer.parseInt(place.group(2));
                sentence = previous;
            }
            previous = part;
        }
        if (sentence.isEmpty()) {
            sentence = previous.startsWith("Expected a property name") ? "a key that is not a text" : "not readable";
        }
        sentence = sentence.replaceAll(" ?\\(Do not use (?!\\\\t).*\\)", "")
                .replaceAll("<([a-z ]+)>", "$1")
                .strip();
        findings.error(places.at(Math.max(1, line), Math.max(1, column)), "not YAML: " + sentence);
    }
}

package io.inferenceproxy.cli.config;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The line of a file with a caret below the place. Also when the file could not be read as a tree: what follows a key that
 * takes a secret, or looks as if, is masked.
 */
final class Excerpt {

    private static final int WIDEST = 110;
    private static final Pattern KEY =
            Pattern.compile("(?:^|[\\s{,\\[])[\"']?([A-Za-z0-9_.-]+)[\"']?\\s*:(?:[ \\t]+|$)");
    /** Names that sound like secrets and are none: a section, a kind of key, where a secret lies, how long it lives. */
    private static final Pattern INNOCENT =
            Pattern.compile("auth|key|session|.*-(file|ttl|url|uri|cache|claim|path)|private-key");

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9+/_=-]{16,}");
    private static final Pattern DIGIT = Pattern.compile("[0-9]");
    private static final Pattern UPPER = Pattern.compile("[A-Z]");
    private static final Pattern LOWER = Pattern.compile("[a-z]");
    private static final Pattern LETTER = Pattern.compile("[A-Za-z]");

    private final SecretMask mask;
    private final Set<String> secretKeys;
    private final Map<String, BitSet> secretLines = new HashMap<>();

    Excerpt(SecretMask mask, Set<String> secretKeys) {
        this.mask = mask;
        this.secretKeys = secretKeys;
    }

    Optional<String> of(SourceText source, Origin.InFile place) {
        if (place.line() < 1 || place.line() > source.lines().size()) {
            return Optional.empty();
        }
        String line = source.line(place.line());
        int caret = line.offsetByCodePoints(0, Math.min(place.column() - 1, line.codePointCount(0, line.length())));
        List<int[]> regions = mask.regions(line);
        if (secretLines
                .computeIfAbsent(source.name(), name -> secretLines(source))
                .get(place.line())) {
            int begin = line.length() - line.stripLeading().length();
            regions.add(new int[] {begin, line.length()});
        }
        secretValues(line, regions);
        credentials(line, regions);
        regions.sort(Comparator.comparingInt(region -> region[0]));
        return Optional.of(drawn(line, caret, regions));
    }

    private static String drawn(String line, int caret, List<int[]> regions) {
        StringBuilder shown = new StringBuilder();
        int column = -1;
        int at = 0;
        for (int[] region : regions) {
            if (region[1] <= at) {
                continue;
            }
            int begin = Math.max(at, region[0]);
            if (column < 0 && caret < begin) {
                column = shown.length() + caret - at;
            }
            shown.append(line, at, begin);
            if (column < 0 && caret < region[1]) {
                column = shown.length();
            }
            shown.append(SecretMask.MASK);
            at = region[1];
        }
        if (column < 0) {
            column = shown.length() + caret - at;
        }
        shown.append(line, at, line.length());
        for (int i = 0; i < shown.length(); i++) {
            if (Texts.isHidden(shown.charAt(i))) {
                shown.setCharAt(i, ' ');
            }
        }
        int from = column < WIDEST ? 0 : column - WIDEST / 2;
        int to = Math.min(shown.length(), from + WIDEST);
        String window = shown.substring(from, to).stripTrailing();
        return "  " + window + "\n  " + " ".repeat(column - from) + "^";
    }

    /** Adds what follows each key of the line that takes a secret. */
    private void secretValues(String line, List<int[]> regions) {
        Matcher key = KEY.matcher(line);
        int from = 0;
        while (from <= line.length() && key.find(from)) {
            if (takesSecret(key.group(1)) && key.end() < line.length()) {
                from = end(line, key.end());
                regions.add(new int[] {key.end(), from});
            } else {
                // The space after this key is the one before the next.
                from = key.start() + 1;
            }
        }
    }

    /** Adds words that look like keys and tokens, for a line that a mistake has robbed of the name before them. */
    private static void credentials(String line, List<int[]> regions) {
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            String text = word.group();
            boolean path = text.contains("/");
            if (DIGIT.matcher(text).find()
                    && (path
                            ? UPPER.matcher(text).find() && LOWER.matcher(text).find()
                            : LETTER.matcher(text).find())) {
                regions.add(new int[] {word.start(), word.end()});
            }
        }
    }

    /** A quoted value ends at its quote; of any other the rest of the line is taken. */
    private static int end(String line, int begin) {
        char quote = line.charAt(begin);
        if (quote == '"' || quote == '\'') {
            for (int i = begin + 1; i < line.length(); i++) {
                if (line.charAt(i) == '\\' && quote == '"') {
                    i++;
                } else if (line.charAt(i) == quote) {
                    return i + 1;
                }
            }
        }
        return line.length();
    }

    private boolean takesSecret(String key) {
        return secretKeys.contains(key)
                || SecretMask.isTelling(key) && !INNOCENT.matcher(key).matches()
                || Nearest.to(key, secretKeys).isPresent()
                        && !INNOCENT.matcher(key).matches();
    }

    /** The lines that belong to a secret of several lines which a line above began. */
    private BitSet secretLines(SourceText source) {
        BitSet lines = new BitSet();
        int deeperThan = -1;
        char quote = 0;
        boolean awaited = false;
        boolean certain = false;
        for (int i = 1; i <= source.lines().size(); i++) {
            String line = source.line(i);
            boolean startsWithKey = KEY.matcher(line.strip()).lookingAt();
            boolean inside = quote != 0
                    || awaited && (certain || !startsWithKey)
                    || !awaited && deeperThan >= 0 && (line.isBlank() || indent(line) > deeperThan);
            lines.set(i, inside);
            if (quote != 0) {
                quote = line.indexOf(quote) >= 0 ? 0 : quote;
            } else if (!inside || awaited && !line.isBlank()) {
                awaited = false;
                deeperThan = inside ? deeperThan : -1;
                Matcher key = KEY.matcher(line);
                for (int from = 0; from <= line.length() && key.find(from); from = key.start() + 1) {
                    if (takesSecret(key.group(1))) {
                        String value = line.substring(key.end());
                        awaited = value.isBlank() || value.startsWith("#");
                        certain = secretKeys.contains(key.group(1));
                        quote = opensQuote(value) ? value.charAt(0) : 0;
                        deeperThan = indent(line);
                    }
                }
            }
        }
        return lines;
    }

    private static boolean opensQuote(String value) {
        return !value.isEmpty()
                && (value.charAt(0) == '"' || value.charAt(0) == '\'')
                && (value.length() == 1 || value.charAt(end(value, 0) - 1) != value.charAt(0));
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }
}

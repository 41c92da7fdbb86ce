package io.inferenceproxy.cli.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@code .env} file: {@code [export ]NAME=value}, values bare, in single quotes (as they stand) or in double quotes
 * (with {@code \n \t \" \\ \$}), {@code #} comments. Only names that are asked for are taken, the last of equal ones.
 */
final class DotEnv {

    /** A variable and its line. */
    record Variable(String value, int line) {}

    private static final Pattern LINE = Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=\\s*(.*)");
    private static final Pattern SINGLE = Pattern.compile("'([^']*)'\\s*(#.*)?");
    private static final Pattern DOUBLE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(#.*)?");

    private DotEnv() {}

    static Map<String, Variable> read(SourceText source, Predicate<String> wanted, Findings findings) {
        Map<String, Variable> variables = new LinkedHashMap<>();
        List<String> lines = source.lines();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches() || !wanted.test(line.group(1))) {
                continue;
            }
            String rest = line.group(2);
            Matcher single = SINGLE.matcher(rest);
            Matcher quoted = DOUBLE.matcher(rest);
            if (single.matches()) {
                variables.put(line.group(1), new Variable(single.group(1), i + 1));
            } else if (quoted.matches()) {
                variables.put(line.group(1), new Variable(unescaped(quoted.group(1)), i + 1));
            } else if (rest.startsWith("'") || rest.startsWith("\"")) {
                findings.error(source.at(i + 1, 1), line.group(1) + ": open quote (expected: one line, quotes closed)");
            } else {
                variables.put(
                        line.group(1),
                        new Variable(rest.replaceFirst("(^|\\s+)#.*", "").strip(), i + 1));
            }
        }
        return variables;
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char next = text.charAt(++i);
            switch (next) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '"', '\\', '$' -> out.append(next);
                default -> out.append('\\').append(next);
            }
        }
        return out.toString();
    }
}

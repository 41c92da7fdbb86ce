package io.inferenceproxy.cli.config;

import java.nio.file.Path;
import java.util.List;

/**
 * The text of one source and its name, by line.
 *
 * @param name the file as it was named
 * @param directory where its relative paths begin
 * @param text all of it
 * @param lines the text cut at line ends
 */
record SourceText(String name, Path directory, String text, List<String> lines) {

    static SourceText of(String name, Path directory, String text) {
        return new SourceText(name, directory, text, List.of(text.split("\r\n|[\r\n\u0085\u2028\u2029]", -1)));
    }

    Origin at(int line, int column) {
        return new Origin.InFile(name, directory, line, column);
    }

    /** The line, counted from 1; empty when there is none. */
    String line(int number) {
        return number < 1 || number > lines.size() ? "" : lines.get(number - 1);
    }

    /** The code point at a place, or 0. */
    int codePointAt(int line, int column) {
        String text = line(line);
        if (column < 1 || text.codePointCount(0, text.length()) < column) {
            return 0;
        }
        return text.codePointAt(text.offsetByCodePoints(0, column - 1));
    }
}

package io.inferenceproxy.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The text form of a list of cases: CSV with the columns {@code condition,age,symptoms}, the symptoms parted by one
 * space. Lines that start with {@code #} are comments; names consist of lower-case letters, digits and hyphens, so that
 * nothing is ever quoted.
 */
final class CaseFile {
    static final String HEADER = "condition,age,symptoms";

    private CaseFile() {}

    /**
     * The cases of a text, in its order.
     *
     * @throws IllegalArgumentException when a line is malformed; the message names the file and the line
     */
    static List<TriageCase> parse(String name, String text) {
        List<TriageCase> cases = new ArrayList<>();
        boolean headed = false;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (headed) {
                cases.add(parseLine(name + ":" + number, line));
            } else if (line.equals(HEADER)) {
                headed = true;
            } else {
                throw new IllegalArgumentException(name + ":" + number + ": " + line + " (expected: " + HEADER + ")");
            }
        }
        return cases;
    }

    private static TriageCase parseLine(String place, String line) {
        String[] columns = line.split(",", -1);
        if (columns.length != 3 || columns[2].isBlank()) {
            throw new IllegalArgumentException(place + ": " + line + " (expected: " + HEADER + ")");
        }
        try {
            return new TriageCase(columns[0], Integer.parseInt(columns[1]), Set.of(columns[2].split(" ", -1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(place + ": " + line + " (" + e.getMessage() + ")", e);
        }
    }
}

package io.inferenceproxy.cli;

import java.io.PrintStream;
import java.util.List;

/** Rows of words in columns, parted by two spaces or more. */
final class Columns {

    private static final int GAP = 2;

    private Columns() {}

    static void print(List<List<String>> rows, PrintStream out) {
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String word = row.get(i);
                line.append(word);
                if (i < row.size() - 1) {
                    line.append(" ".repeat(width(rows, i) - word.length() + GAP));
                }
            }
            out.println(line);
        }
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}

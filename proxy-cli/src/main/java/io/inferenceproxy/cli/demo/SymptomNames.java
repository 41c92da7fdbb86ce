package io.inferenceproxy.cli.demo;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The names of the symptoms that a model knows, and which of them someone probably meant. */
final class SymptomNames {
    /** No name is longer, and the work of a comparison grows with the length: the rest of a longer one is ignored. */
    private static final int LONGEST = 40;

    private final List<String> known;

    SymptomNames(Collection<String> known) {
        this.known = known.stream().distinct().sorted().toList();
    }

    /** All names, sorted. */
    List<String> known() {
        return known;
    }

    /** The known name with the fewest edits between it and the given one, the first in the alphabet among equals. */
    String nearest(String given) {
        String wanted = cut(given).strip().toLowerCase(Locale.ROOT).replaceAll("[\\s_]+", "-");
        String best = "";
        int fewest = Integer.MAX_VALUE;
        for (String name : known) {
            int edits = edits(wanted, name);
            if (edits < fewest) {
                fewest = edits;
                best = name;
            }
        }
        return best;
    }

    /** A name as a message may show it: its beginning, without control characters and halves of surrogate pairs. */
    static String shortened(String given) {
        String shown = cut(given).replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        return shown.length() < given.length() ? shown + "…" : shown;
    }

    private static String cut(String given) {
        return given.length() > LONGEST ? given.substring(0, LONGEST) : given;
    }

    /** The Levenshtein distance: insertions, deletions and replacements that turn one text into the other. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}

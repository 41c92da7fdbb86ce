package io.inferenceproxy.cli.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a mistyped one was probably meant to be. */
public final class Nearest {

    private static final int LONGEST = 128;

    private Nearest() {}

    /** The nearest of the names, when it is near: about one slip in three letters, three slips at most. */
    public static Optional<String> to(String word, Collection<String> names) {
        Optional<String> best = Optional.empty();
        int most = Math.min(3, Math.max(1, word.length() / 3)) + 1;
        for (String name : names) {
            int distance = distance(word.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT), most);
            if (distance < most) {
                most = distance;
                best = Optional.of(name);
            }
        }
        return best;
    }

    /** {@code  (did you mean "port"?)}, or nothing. */
    public static String hint(Optional<String> nearest) {
        return nearest.map(name -> " (did you mean \"" + name + "\"?)").orElse("");
    }

    /** Insertions, deletions, replacements and swaps of neighbours; {@code bound} when there are that many or more. */
    static int distance(String a, String b, int bound) {
        if (Math.abs(a.length() - b.length()) >= bound || a.length() > LONGEST || b.length() > LONGEST) {
            return bound;
        }
        int[] before = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            int[] spare = before;
            before = last;
            last = row;
            row = spare;
        }
        return Math.min(bound, last[b.length()]);
    }
}

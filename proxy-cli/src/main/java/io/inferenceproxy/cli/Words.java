package io.inferenceproxy.cli;

import java.util.List;
import java.util.regex.Pattern;

/** Options that may be repeated, or hold several words at once. */
final class Words {

    private Words() {}

    /** All words; none of them empty. */
    static List<String> of(List<String> values, String separator) {
        Pattern pattern = Pattern.compile(separator);
        return values.stream()
                .flatMap(pattern::splitAsStream)
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}

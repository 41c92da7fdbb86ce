package io.inferenceproxy.cli.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@code ${env:NAME}}, {@code ${env:NAME:-default}} (also when the variable is empty) and {@code ${file:PATH}} (less
 * one trailing line end) in a value. <code>$${</code> stands for <code>${</code>; what is put in is not looked at again.
 */
final class Interpolation {

    /**
     * A text with everything put in.
     *
     * @param text the value
     * @param shown the value with what may be a secret masked
     * @param secrets what came in and may be a secret
     */
    record Filled(String text, String shown, List<String> secrets) {}

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, String> environment;
    private final ConfigFiles files;

    Interpolation(Map<String, String> environment, ConfigFiles files) {
        this.environment = environment;
        this.files = files;
    }

    static boolean isNeeded(String text) {
        return text.contains("${");
    }

    /**
     * Fills a text in.
     *
     * @param surroundings the name that the user gave the value, when there is one: it may tell that the value is secret
     * @throws IllegalArgumentException when a reference is malformed, or what it names is not there
     */
    Filled fill(String text, String surroundings, Path directory) {
        StringBuilder filled = new StringBuilder();
        StringBuilder shown = new StringBuilder();
        List<String> secrets = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int next = text.indexOf("${", at);
            if (next < 0) {
                break;
            }
            boolean escaped = next > at && text.charAt(next - 1) == '$';
            String before = text.substring(at, escaped ? next - 1 : next);
            filled.append(before);
            shown.append(before);
            if (escaped) {
                filled.append("${");
                shown.append("${");
                at = next + 2;
                continue;
            }
            int end = text.indexOf('}', next);
            if (end < 0) {
                throw new IllegalArgumentException(
                        "${ without } (expected: ${env:NAME} or ${file:PATH}; $${ for a plain ${)");
            }
            String reference = text.substring(next + 2, end);
            String value;
            boolean secret;
            if (reference.startsWith("env:")) {
                int colon = reference.indexOf(":-", 4);
                String name = reference.substring(4, colon < 0 ? reference.length() : colon);
                value = variable(name, colon < 0 ? null : reference.substring(colon + 2));
                String context = surroundings + " " + before;
                secret = !SecretMask.isOrdinary(name, context, value)
                        && environment.getOrDefault(name, "").equals(value);
            } else if (reference.startsWith("file:")) {
                value = files.secretFile(directory, reference.substring(5));
                secret = true;
            } else {
                throw new IllegalArgumentException("${" + Texts.printable(reference)
                        + "} (expected: ${env:NAME} or ${file:PATH}; $${ for a plain ${)");
            }
            filled.append(value);
            if (secret && !value.isEmpty()) {
                secrets.add(value);
                shown.append(SecretMask.MASK);
            } else {
                shown.append(value);
            }
            at = end + 1;
        }
        return new Filled(filled + text.substring(at), shown + text.substring(at), List.copyOf(secrets));
    }

    private String variable(String name, @Nullable String otherwise) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "${env:" + Texts.printable(name) + "} (expected: the name of a variable)");
        }
        String value = environment.get(name);
        if (otherwise != null) {
            return value == null || value.isEmpty() ? otherwise : value;
        }
        if (value == null) {
            throw new IllegalArgumentException("environment variable " + name
                    + " is not set (expected: a value; or ${env:" + name + ":-default})");
        }
        return value;
    }
}

package io.inferenceproxy.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides secrets in what is shown: every known secret of six or more characters wherever it turns up, the userinfo of URLs,
 * parameters such as {@code password=}, and what follows {@code Bearer}. Filled while a configuration is read, then only read.
 */
public final class SecretMask {

    /** What stands in place of a secret. */
    public static final String MASK = "***";

    private static final int SHORTEST = 6;
    private static final int LONGEST_NAME = 256;

    /** Also with a password that should have been percent-encoded; what begins like a port is none. */
    private static final Pattern USERINFO =
            Pattern.compile("(?<=//)(?:[^/?#:@\\s\"<>]*:(?!\\d{1,5}[/?#])[^\\s\"<>]*|[^/?#\\s\"<>]*)@");

    /** URLs of Redis have no other {@code @}, so all before the last is userinfo, however badly it is written. */
    private static final Pattern REDIS_USERINFO = Pattern.compile("(?i)(?<=rediss?(?:-sentinel|-cluster)?://).*@");

    /** The same of a whole text, which may go over lines. */
    private static final Pattern REDIS_URL = Pattern.compile("(?is)\\s*rediss?(?:-sentinel|-cluster)?://(.*)@.*");

    private static final Pattern PARAMETER = Pattern.compile(
            "(?i)(?<=[?&;])([a-z0-9_.-]*(?:password|passwd|pwd|secret|token|api[-_]?key|signature|sig)=)[^&;\\s\"']+");
    private static final String MASK_NAME = "<hidden>";
    private static final Pattern MIXED = Pattern.compile(
            "(?=[a-zA-Z0-9+/_=-]*[a-z])(?=[a-zA-Z0-9+/_=-]*[A-Z])(?=[a-zA-Z0-9+/_=-]*[0-9])[a-zA-Z0-9+/_=-]{16,}");
    private static final Pattern HEADER = Pattern.compile("[A-Z][a-z0-9]*(-[A-Z0-9][a-z0-9]*)*");
    private static final Pattern SCHEME = Pattern.compile("(?i)(\\b(?:bearer|basic) +)[a-z0-9._~+/=-]{6,}");
    private static final Pattern CREDENTIAL = Pattern.compile("(?i)((?:bearer|basic|token) +).+", Pattern.DOTALL);
    private static final Pattern TELLING = Pattern.compile(
            "(?i).*(secret|passw|passphrase|pwd|token|credential|authori[sz]ation|cookie|session|bearer|jwt|private|api[-_]?key|"
                    + "(^|[-_])(key|auth|pass|sig|signature|hmac|salt)([-_]|$)).*");

    private final TreeSet<String> known =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    SecretMask() {}

    /** Makes a secret known, and each of its lines. */
    void add(String secret) {
        for (String part : (secret + "\n" + secret.strip()).split("\\R", -1)) {
            if (part.length() >= SHORTEST && !part.equals(MASK)) {
                known.add(part);
            }
        }
        if (secret.length() >= SHORTEST) {
            known.add(secret);
        }
    }

    /** Whether a secret is known, and so hidden wherever it stands; short ones never are. */
    boolean knows(String secret) {
        return known.contains(secret);
    }

    /** Makes the userinfo known that a URL carries, and its password alone. */
    void addUserinfo(String text) {
        Matcher redis = REDIS_URL.matcher(text);
        if (redis.matches()) {
            add(redis.group(1));
            addPassword(redis.group(1));
            return;
        }
        Matcher userinfo = USERINFO.matcher(text);
        while (userinfo.find()) {
            addPassword(userinfo.group().substring(0, userinfo.group().length() - 1));
        }
    }

    private void addPassword(String userinfo) {
        add(userinfo.substring(userinfo.indexOf(':') + 1));
    }

    /** The text without any secret that is known or can be told by its place. */
    public String mask(String text) {
        String masked = text;
        for (String secret : known) {
            masked = masked.replace(secret, MASK);
        }
        masked = REDIS_USERINFO.matcher(masked).replaceAll(MASK + "@");
        masked = USERINFO.matcher(masked).replaceAll(MASK + "@");
        masked = SCHEME.matcher(masked).replaceAll("$1" + MASK);
        return PARAMETER.matcher(masked).replaceAll("$1" + MASK);
    }

    /** Where the secrets are in a line: pairs of begin and end. */
    List<int[]> regions(String line) {
        List<int[]> regions = new ArrayList<>();
        for (String secret : known) {
            for (int at = line.indexOf(secret); at >= 0; at = line.indexOf(secret, at + 1)) {
                regions.add(new int[] {at, at + secret.length()});
            }
        }
        for (Pattern pattern : List.of(USERINFO, REDIS_USERINFO)) {
            Matcher userinfo = pattern.matcher(line);
            while (userinfo.find()) {
                regions.add(new int[] {userinfo.start(), userinfo.end() - 1});
            }
        }
        for (Pattern pattern : List.of(PARAMETER, SCHEME)) {
            Matcher found = pattern.matcher(line);
            while (found.find()) {
                regions.add(new int[] {found.end(1), found.end()});
            }
        }
        return regions;
    }

    /** A name without words that look like a credential: 16 or more of capitals, small letters and digits mixed. */
    static String withoutCredential(String name) {
        return MIXED.matcher(name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name)
                .replaceAll(word -> HEADER.matcher(word.group()).matches() ? word.group() : MASK_NAME);
    }

    /** Whether a name that a user chose tells that its value is a secret: {@code Authorization}, {@code MODEL_KEY}. */
    static boolean isTelling(String name) {
        return TELLING.matcher(name).matches();
    }

    /** The value of a key with a telling name: the scheme of a credential stays, {@code Bearer ***}. */
    static String hidden(String value) {
        Matcher credential = CREDENTIAL.matcher(value);
        return value.isEmpty() ? "" : credential.matches() ? credential.group(1) + MASK : MASK;
    }

    /** What is secret in such a value: all but the scheme. */
    static String secretPart(String value) {
        Matcher credential = CREDENTIAL.matcher(value);
        return credential.matches() ? value.substring(credential.end(1)) : value;
    }

    /**
     * Whether a text that came through a variable may be shown: when nothing about it, its variable and its surroundings
     * looks like a credential. In doubt it may not.
     */
    static boolean isOrdinary(String variable, String surroundings, String value) {
        if (isTelling(variable) || isTelling(surroundings)) {
            return false;
        }
        String lower = value.toLowerCase(Locale.ROOT);
        return value.length() < SHORTEST
                || lower.matches("[0-9.:]+(/[0-9]+)?|[0-9]+ ?(ms|s|m|h|d|b|kb|mb|gb)|[0-9]+ (per|/) ?[0-9a-z ]+")
                || value.matches("[a-z]{1,14}([-_. ][a-z0-9]{1,14}){0,3}") && value.length() <= 40
                || value.matches("[a-z][a-z0-9+.-]*://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._-]{0,15})*")
                || value.matches("(\\.{0,2}/)?[A-Za-z0-9._-]{0,20}(/[A-Za-z0-9._-]{0,20})+");
    }
}

package io.inferenceproxy.limit;

import java.util.Locale;

/**
 * What tells a caller's plan: {@code role}, the first plan that is named as one of the caller's roles, or
 * {@code claim:NAME}, the plan that is named as what the claim says.
 *
 * @param claim the name of the claim; empty for the roles
 */
public record PlanSource(String claim) {

    /** By role. */
    public static final PlanSource ROLE = new PlanSource("");

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static PlanSource parse(String text) {
        String trimmed = text.strip();
        if (trimmed.toLowerCase(Locale.ROOT).equals("role")) {
            return ROLE;
        }
        if (trimmed.startsWith("claim:") && trimmed.length() > "claim:".length()) {
            return new PlanSource(trimmed.substring("claim:".length()));
        }
        throw new IllegalArgumentException("plan: " + text + " (expected: role or claim:NAME)");
    }

    @Override
    public String toString() {
        return claim.isEmpty() ? "role" : "claim:" + claim;
    }
}

package io.inferenceproxy.auth;

/** Carries a failed check out of the reading of a token; it never leaves this package. */
final class TokenRefusal extends Exception {

    private static final long serialVersionUID = 1L;
    private static final int MAX_SHOWN = 64;

    private final TokenCheck check;

    TokenRefusal(TokenCheck check, String reason) {
        super(reason, null, false, false);
        this.check = check;
    }

    TokenCheck check() {
        return check;
    }

    TokenVerdict.Refused verdict() {
        return new TokenVerdict.Refused(check, String.valueOf(getMessage()));
    }

    /** What a stranger wrote, short and in one line, fit for a log. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints()
                .limit(MAX_SHOWN)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(shown::appendCodePoint);
        return shown.append(text.codePointCount(0, text.length()) > MAX_SHOWN ? "...\"" : "\"")
                .toString();
    }
}

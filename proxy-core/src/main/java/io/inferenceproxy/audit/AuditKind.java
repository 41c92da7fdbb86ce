package io.inferenceproxy.audit;

/** The kinds of events in the audit trail: the one list of them. */
public enum AuditKind {
    /** Somebody signed in with a password. */
    LOGIN("login"),
    /** As many attempts in a row failed as are worth a line. */
    LOGIN_FAILURES("login-failures"),
    /** A name or an address has to wait before it may try again. */
    LOCKOUT("lockout"),
    /** A refresh token was used a second time, and all that came of it was revoked. */
    REFRESH_REUSE("refresh-reuse"),
    /** A program got a token with its API key. */
    CLIENT_TOKEN("client-token"),
    /** As many programs with a wrong key were refused as are worth a line. */
    CLIENT_FAILURES("client-failures"),
    /** Somebody signed out. */
    LOGOUT("logout"),
    /** Tokens were revoked. */
    REVOCATION("revocation"),
    /** A user was added. */
    USER_ADDED("user-added"),
    /** A user was changed, or has a new password. */
    USER_CHANGED("user-changed"),
    /** A user was removed. */
    USER_REMOVED("user-removed"),
    /** An API key was made. */
    KEY_CREATED("key-created"),
    /** An API key was changed, or has a new secret. */
    KEY_CHANGED("key-changed"),
    /** An API key was revoked. */
    KEY_REVOKED("key-revoked"),
    /** The key that signs our tokens is another one. */
    SIGNING_KEY_CHANGED("signing-key-changed"),
    /** The trail goes on behind an unfinished line, which was cut. */
    RESUMED("resumed");

    private final String label;

    AuditKind(String label) {
        this.label = label;
    }

    /** As it stands in the trail. */
    public String label() {
        return label;
    }
}

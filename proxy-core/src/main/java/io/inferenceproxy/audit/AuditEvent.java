package io.inferenceproxy.audit;

/**
 * One thing that was done with an identity, or tried.
 *
 * @param kind what it was
 * @param succeeded whether it was done; false when it was only tried
 * @param actor who did it, as issuer and subject; empty when nobody was known
 * @param subject whom or what it was done to: the name of a user, the identifier of a key
 * @param origin the address it came from, or the command
 * @param requestId the call it was done by; empty for a command
 * @param detail more about it, in words; never a secret
 */
public record AuditEvent(
        AuditKind kind,
        boolean succeeded,
        String actor,
        String subject,
        String origin,
        String requestId,
        String detail) {

    /** Something done, about which there is no more to say. */
    public static AuditEvent done(AuditKind kind, String actor, String subject, String origin, String requestId) {
        return new AuditEvent(kind, true, actor, subject, origin, requestId, "");
    }

    /** Something that was tried and refused. */
    public static AuditEvent refused(AuditKind kind, String actor, String subject, String origin, String requestId) {
        return new AuditEvent(kind, false, actor, subject, origin, requestId, "");
    }

    public AuditEvent withDetail(String detail) {
        return new AuditEvent(kind, succeeded, actor, subject, origin, requestId, detail);
    }
}

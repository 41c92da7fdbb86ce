package io.inferenceproxy.auth;

import io.inferenceproxy.audit.AuditEvent;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.ProxyCall;

/** What calls do with identities, as events for the audit trail. */
final class AuditEvents {

    private AuditEvents() {}

    /**
     * Something that a call has done.
     *
     * @param subject whom or what it was done to
     */
    static AuditEvent done(ProxyCall call, AuditKind kind, String subject) {
        return AuditEvent.done(kind, actor(call), subject, call.client().limitKey(), call.id());
    }

    /** Something that a call tried in vain. */
    static AuditEvent refused(ProxyCall call, AuditKind kind, String subject, String detail) {
        return AuditEvent.refused(kind, actor(call), subject, call.client().limitKey(), call.id())
                .withDetail(detail);
    }

    private static String actor(ProxyCall call) {
        return call.caller() instanceof Caller.Identified known ? known.issuer() + " " + known.subject() : "";
    }
}

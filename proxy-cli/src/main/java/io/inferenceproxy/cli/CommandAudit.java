package io.inferenceproxy.cli;

import io.inferenceproxy.audit.AuditEvent;
import io.inferenceproxy.audit.AuditFile;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.audit.AuditOptions;
import io.inferenceproxy.audit.Auditor;
import io.inferenceproxy.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes what commands change into the audit trail, as done by the user of the system who runs them. */
final class CommandAudit {

    private CommandAudit() {}

    /**
     * Keeps it, where a trail is kept at all.
     *
     * @param subject whom or what was changed
     * @throws CommandFailure when it cannot be kept
     */
    static void record(AuditOptions options, AuditKind kind, String subject) {
        String actor = "system " + System.getProperty("user.name", "?");
        try (Auditor trail = AuditFile.open(options, Ticker.system())) {
            trail.record(AuditEvent.done(kind, actor, subject, "command", ""));
        } catch (IOException | UncheckedIOException failed) {
            throw new CommandFailure(
                    ExitCode.LOCAL, "done, but not in the audit trail: " + failed.getMessage(), failed);
        }
    }
}

package io.inferenceproxy.audit;

import io.inferenceproxy.units.Setting;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether and where the audit trail is kept.
 */
public record AuditOptions(
        @Setting("File of the audit trail, one JSON object a line; without it none is kept")
        Optional<Path> file,

        @Setting("Whether each event is forced to the disk, to survive a loss of power")
        boolean sync) {

    /** What holds when nothing is configured. */
    public static final AuditOptions DEFAULT = new AuditOptions(Optional.empty(), false);

    public AuditOptions withFile(Optional<Path> file) {
        return new AuditOptions(file, sync);
    }

    /** The same with this file. */
    public AuditOptions withFile(Path file) {
        return withFile(Optional.of(file));
    }

    public AuditOptions withSync(boolean sync) {
        return new AuditOptions(file, sync);
    }
}

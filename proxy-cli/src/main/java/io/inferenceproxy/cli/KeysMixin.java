package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.auth.KeyStore;
import io.inferenceproxy.auth.KeyTokens;
import io.inferenceproxy.time.Ticker;
import picocli.CommandLine.Mixin;

/** Which keys the {@code keys} commands change. */
final class KeysMixin {

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    /** The configuration. */
    ProxyOptions options(Surroundings surroundings) {
        return ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings);
    }

    /**
     * Does something with the keys of the configuration.
     *
     * @throws CommandFailure when the place is wrong, or cannot be read or written
     */
    int edit(Surroundings surroundings, ProxyOptions options, IdentityAccess.Work<KeyStore> work) {
        return new IdentityAccess(options, config.state(surroundings)).keys(work);
    }

    /** Ends the tokens that were got with a key that is gone. */
    void endTokens(Surroundings surroundings, ProxyOptions options, String id) {
        new IdentityAccess(options, config.state(surroundings)).sessions((sessions, place) -> {
            new KeyTokens(sessions, options.auth().tokenTtl(), Ticker.system()).end(id);
            return ExitCode.OK;
        });
    }

    /** Ends the tokens that were got with a key until now. */
    void endPresentTokens(Surroundings surroundings, ProxyOptions options, String id) {
        new IdentityAccess(options, config.state(surroundings)).sessions((sessions, place) -> {
            new KeyTokens(sessions, options.auth().tokenTtl(), Ticker.system()).endPresent(id);
            return ExitCode.OK;
        });
    }

    /** Puts what was done into the audit trail. */
    static void record(ProxyOptions options, AuditKind kind, String id) {
        CommandAudit.record(options.audit(), kind, id);
    }

    /** The failure of naming a key that is not there. */
    static CommandFailure unknown(String id, String place) {
        boolean whole = id.startsWith("ipx_");
        return new CommandFailure(
                ExitCode.USAGE,
                whole
                        ? "key: the whole key (expected: its identifier alone, what stands between the underscores)"
                        : "key: " + id + " is not in " + place + " (expected: an identifier that keys list shows)");
    }
}

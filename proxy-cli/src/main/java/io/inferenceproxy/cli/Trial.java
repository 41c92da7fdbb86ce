package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.ExternalIssuers;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.SessionsFile;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.StoreException;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.UsersFile;
import io.inferenceproxy.cli.config.KeyPath;
import io.inferenceproxy.cli.config.LoadedConfig;
import io.inferenceproxy.cli.config.Origin;
import io.inferenceproxy.limit.JournalOptions;
import io.inferenceproxy.limit.SharedCountersException;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.server.ServerCertificates;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import io.inferenceproxy.upstream.UpstreamTls;
import io.inferenceproxy.validate.BodySchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes what serving would make of a configuration, listens nowhere and leaves nothing behind; collects what is wrong. */
final class Trial {

    private final LoadedConfig<ProxyOptions> config;
    private final ProxyOptions options;
    private final List<String> findings = new ArrayList<>();
    private boolean onlyLocal = true;

    Trial(LoadedConfig<ProxyOptions> config, ProxyOptions options) {
        this.config = config;
        this.options = options;
    }

    /** What is wrong, a line each, with the place of the setting when it has one. */
    List<String> findings() {
        return List.copyOf(findings);
    }

    /** Whether all that is wrong is with files that are there and cannot be read. */
    boolean isLocalOnly() {
        return onlyLocal;
    }

    /** @throws CommandFailure when a database or Redis does not answer */
    void run(StateDirectory state) {
        for (String missing : Readiness.missing(options)) {
            onlyLocal = false;
            findings.add(missing);
        }
        keys(state);
        if (options.server().tls().isOn()) {
            attempt("server.tls", () -> ServerCertificates.read(options.server().tls()));
        }
        options.upstreams()
                .forEach((name, upstream) ->
                        attempt("upstreams." + name + ".tls", () -> UpstreamTls.read(name, upstream.tls())));
        options.auth()
                .issuers()
                .forEach((name, issuer) -> issuer.ca()
                        .ifPresent(file -> attempt(
                                "auth.issuers." + name + ".ca", () -> ExternalIssuers.authorities(name, file))));
        options.auth().usersFile().ifPresent(this::users);
        options.auth()
                .keysFile()
                .ifPresent(file -> attempt("auth.keys-file", () -> KeysFile.open(file, Ticker.system())));
        options.auth()
                .sessions()
                .file()
                .ifPresent(file -> attempt("auth.sessions.file", () -> SessionsFile.open(file, Ticker.system())));
        options.validation().schema().ifPresent(file -> schema("validation.schema", file));
        for (Map.Entry<String, RouteOptions> route : options.routes().entrySet()) {
            route.getValue().schema().ifPresent(file -> schema("routes." + route.getKey() + ".schema", file));
        }
        if (findings.isEmpty()) {
            assemble(state);
        }
    }

    /** What only the parts together show, such as two routes for the same path. */
    private void assemble(StateDirectory state) {
        attempt(
                "routes",
                () -> ProxyServer.builder(options.withAuth(completed(options.auth(), state))
                                .withLimitsJournal(JournalOptions.DEFAULT)) // a proxy that runs may have it
                        .openPipeline()
                        .close());
    }

    private static AuthOptions completed(AuthOptions configured, StateDirectory state) {
        AuthOptions auth = NodeOptions.withSigningKeys(configured, state);
        return NodeOptions.needsSecret(auth)
                ? auth.withSecret(state.existingSecret()
                        .orElseGet(() -> Secret.of("only so long as a secret that would be made ")))
                : auth;
    }

    /** With the secret that was made, or with one like the one that would be. */
    private void keys(StateDirectory state) {
        attempt(options.auth().keyFile().isPresent() ? "auth.key-file" : "auth.secret", () -> {
            AuthOptions auth = completed(options.auth(), state);
            SigningKeys keys = SigningKeys.of(auth);
            if (keys.canSign()) {
                new TokenIssuer(auth, keys, Ticker.system());
            }
        });
    }

    private void users(Path file) {
        attempt("auth.users-file", () -> UsersFile.open(file, Runnable::run, Ticker.system()));
    }

    private void schema(String key, Path file) {
        attempt(key, () -> BodySchema.load(file));
    }

    /** Something that serving does at its start. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private void attempt(String key, Step step) {
        try {
            step.run();
        } catch (IllegalArgumentException wrong) {
            onlyLocal = false;
            add(key, String.valueOf(wrong.getMessage()));
        } catch (StoreException | SharedCountersException unreachable) {
            throw Launch.unreachable(unreachable);
        } catch (CommandFailure failed) {
            onlyLocal &= failed.code() == ExitCode.LOCAL;
            add(key, failed.says());
        } catch (UncheckedIOException unreadable) {
            add(key, String.valueOf(unreadable.getMessage()));
        } catch (NoSuchFileException absent) {
            add(key, "cannot be read, there is no " + absent.getFile());
        } catch (IOException unreadable) {
            add(key, "cannot be read, " + unreadable.getMessage());
        }
    }

    /** What is strange and no mistake for certain, a line each like the findings. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        options.strangeLimits()
                .forEach((key, strange) ->
                        strange.forEach(each -> warnings.add(placed(key + ".windows", key + "." + each, "warning: "))));
        return warnings;
    }

    private void add(String key, String message) {
        findings.add(placed(key, message, ""));
    }

    /** The place, where the setting has one, what it is that is told, and the message. */
    private String placed(String key, String message, String what) {
        String exact = mostExact(key, message);
        Optional<Origin> origin = config.setting(KeyPath.parse(exact))
                .map(setting -> setting.origin())
                .filter(place -> !(place instanceof Origin.Default));
        String named = message.startsWith(exact) || message.startsWith(key) ? message : key + ": " + message;
        return config.mask().mask(origin.map(place -> place + ": ").orElse("") + what + named);
    }

    /** The setting that the message itself names, where there is such a one. */
    private String mostExact(String key, String message) {
        int colon = message.indexOf(": ");
        String first = colon > 0 ? message.substring(0, colon) : "";
        boolean path = first.matches("[a-z0-9-]+(\\.[A-Za-z0-9_-]+)+");
        return path
                        && (first.startsWith(key + ".")
                                || config.setting(KeyPath.parse(first)).isPresent())
                ? first
                : key;
    }
}

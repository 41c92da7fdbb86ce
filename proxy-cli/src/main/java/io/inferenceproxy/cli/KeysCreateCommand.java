package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.audit.AuditKind;
import io.inferenceproxy.auth.IssuedKey;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keys create}. */
@Command(
        name = "create",
        description = "Make an API key and print it, and nothing else, on standard output. It is shown this once.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy keys create --user nightly-job --ttl 90d --note \"the nightly report\"",
            "  inference-proxy keys create --user lab --role researcher --scope predict --route inference",
            "  curl -H \"X-API-Key: $(inference-proxy keys create --user me --ttl 1h)\" http://127.0.0.1:8080/api/me"
        })
final class KeysCreateCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final KeysMixin keys = new KeysMixin();

    @Option(names = "--user", paramLabel = "NAME", description = "Whose it is: the subject of calls with it.")
    private @Nullable String user;

    @Option(names = "--role", paramLabel = "ROLE", description = "A role that calls with it have; repeatable.")
    private List<String> roles = new ArrayList<>();

    @Option(names = "--scope", paramLabel = "SCOPE", description = "What it allows; repeatable.")
    private List<String> scopes = new ArrayList<>();

    @Option(
            names = "--route",
            paramLabel = "ROUTE",
            description = "A route that it may be used on, by its name; repeatable (default: all).")
    private List<String> routes = new ArrayList<>();

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            description = "How long it is good, such as 90d (default: for ever).")
    private @Nullable String ttl;

    @Option(names = "--note", paramLabel = "TEXT", description = "What it is for; keys list shows it.")
    private String note = "";

    KeysCreateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        KeyRequest request = request();
        ProxyOptions options = keys.options(surroundings);
        requireKnown(request.routes(), options);
        return keys.edit(surroundings, options, (store, file) -> {
            IssuedKey issued;
            try {
                issued = new KeyIssuer(store, Ticker.system()).create(request);
            } catch (IllegalArgumentException refused) {
                throw new CommandFailure(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
            }
            KeysMixin.record(options, AuditKind.KEY_CREATED, issued.key().id());
            surroundings.out().println(issued.text().reveal());
            surroundings.say("made key " + issued.key().id() + " for " + request.user() + ", kept in " + file
                    + "; it is not shown again");
            return ExitCode.OK;
        });
    }

    private KeyRequest request() {
        if (user == null) {
            throw new CommandFailure(ExitCode.USAGE, "--user: missing (expected: whose key it is)");
        }
        try {
            KeyRequest request = KeyRequest.of(user)
                    .withRoles(Words.of(roles, ","))
                    .withScopes(Words.of(scopes, "[ ,]"))
                    .withRoutes(Words.of(routes, ","))
                    .withNote(note);
            return ttl == null ? request : request.withTtl(Durations.parse(ttl));
        } catch (IllegalArgumentException refused) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        }
    }

    private static void requireKnown(Set<String> routes, ProxyOptions options) {
        Set<String> known = options.servedRoutes().keySet();
        for (String route : routes) {
            if (!known.contains(route)) {
                throw new CommandFailure(
                        ExitCode.USAGE, "--route: " + route + " (expected: one of " + String.join(", ", known) + ")");
            }
        }
    }
}

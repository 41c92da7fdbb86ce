package io.inferenceproxy.cli;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Durations;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.StringNode;

/** {@code token}: mints a token with the secret that {@code serve} uses too. */
@Command(
        name = "token",
        description = "Print a token for a user, and nothing else, on standard output.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  inference-proxy token --user alice",
            "  inference-proxy token --user alice --role researcher --ttl 15m",
            "  curl -H \"Authorization: Bearer $(inference-proxy token --user alice)\" http://127.0.0.1:8080/api/me",
            "  inference-proxy token verify \"$TOKEN\""
        })
final class TokenCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private final ConfigMixin config = new ConfigMixin();

    @Option(names = "--user", paramLabel = "NAME", description = "Whom the token is for (sub).")
    private @Nullable String user;

    @Option(names = "--role", paramLabel = "ROLE", description = "A role of the user; repeatable.")
    private List<String> roles = new ArrayList<>();

    @Option(names = "--scope", paramLabel = "SCOPE", description = "What the token allows; repeatable.")
    private List<String> scopes = new ArrayList<>();

    @Option(names = "--ttl", paramLabel = "DURATION", description = "How long it lives, such as 15m (auth.token-ttl).")
    private @Nullable String ttl;

    @Option(names = "--claim", paramLabel = "NAME=TEXT", description = "One more claim, a text; repeatable.")
    private List<String> claims = new ArrayList<>();

    @Option(names = "--curl", description = "Print a curl that uses the token, in place of the token alone.")
    private boolean curl;

    TokenCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        TokenRequest request = request();
        ProxyOptions loaded = ConfigMixin.require(config.load(surroundings, sources -> sources), surroundings);
        ProxyOptions options = NodeOptions.complete(loaded, config.state(surroundings), surroundings);
        String token = issue(options, request);
        surroundings.out().println(curl ? CurlExample.of(options).withToken(token) : token);
        return ExitCode.OK.number();
    }

    private static String issue(ProxyOptions options, TokenRequest request) {
        try {
            return new TokenIssuer(options.auth(), Tokens.keys(options.auth()), Ticker.system())
                    .issue(request)
                    .text();
        } catch (IllegalArgumentException refused) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(refused.getMessage()), refused);
        }
    }

    private TokenRequest request() {
        if (user == null) {
            throw new CommandFailure(ExitCode.USAGE, "--user: missing (expected: whom the token is for)");
        }
        try {
            TokenRequest request =
                    TokenRequest.of(user).withRoles(Words.of(roles, ",")).withScopes(Words.of(scopes, "[ ,]"));
            if (ttl != null) {
                request = request.withTtl(Durations.parse(ttl));
            }
            for (String claim : claims) {
                int equals = claim.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("claim: " + claim + " (expected: NAME=TEXT)");
                }
                request =
                        request.withClaim(claim.substring(0, equals), StringNode.valueOf(claim.substring(equals + 1)));
            }
            return request;
        } catch (IllegalArgumentException refused) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(refused.getMessage()), refused);
        }
    }
}

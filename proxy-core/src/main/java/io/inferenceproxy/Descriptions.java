package io.inferenceproxy;

import io.inferenceproxy.docs.AdminOperations;
import io.inferenceproxy.docs.Operation;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.route.BodyRule;
import io.inferenceproxy.route.RouteAccess;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.validate.BodySchema;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells the OpenAPI document what there is. */
final class Descriptions {

    private static final Set<String> WITHOUT_CONTENT = Set.of("GET", "HEAD", "OPTIONS", "DELETE");

    /** Where others find the keys of our own tokens. */
    static final String SIGNING_KEYS = "/.well-known/jwks.json";

    /** Where programs get tokens. */
    static final String OAUTH_TOKEN = "/oauth2/token";

    private Descriptions() {}

    static List<Operation> builtIns(Identity identity, ProxyOptions options) {
        List<Operation> operations = new ArrayList<>();
        if (identity.login().isPresent()) {
            operations.add(Operation.login("login", "/api/login"));
            operations.add(Operation.login("login-short", "/login"));
        }
        if (identity.refresh().isPresent()) {
            operations.add(Operation.refresh("/api/token/refresh"));
        }
        if (identity.oauth().isPresent()) {
            operations.add(Operation.oauthToken("oauth-token", OAUTH_TOKEN));
        }
        if (identity.logout().isPresent()) {
            operations.add(Operation.logout("/api/logout"));
        }
        if (identity.managesUsers()) {
            operations.addAll(AdminOperations.users("/api/admin/users"));
        }
        if (identity.managesKeys()) {
            operations.addAll(AdminOperations.keys("/api/admin/keys"));
        }
        Operation me = Operation.me("/api/me");
        operations.add(
                options.auth().issuers().isEmpty()
                        ? me
                        : me.withProblems(EnumSet.of(ProblemType.OVERLOADED, ProblemType.UPSTREAM_UNAVAILABLE)));
        if (identity.publicKeys().isPresent()) {
            operations.add(Operation.signingKeys("signing-keys", SIGNING_KEYS));
        }
        operations.add(Operation.health("livez", "Whether the proxy lives", "/livez", false));
        operations.add(Operation.health("readyz", "Whether the proxy can serve", "/readyz", true));
        return operations;
    }

    static Operation route(String name, RouteOptions route, ProxyOptions options, Optional<BodySchema> schema) {
        boolean none = !route.match().methods().isEmpty()
                && WITHOUT_CONTENT.containsAll(route.match().methods());
        return Operation.forwarded(
                        name,
                        route.match().methods(),
                        route.match().path(),
                        route.match().below())
                .withStyle(route.style())
                .withBearer(route.auth() == RouteAccess.BEARER)
                .withRoles(route.roles())
                .withScopes(route.scopes())
                .withMatch(route.rolesMatch(), route.scopesMatch())
                .withClaims(List.copyOf(route.claims().keySet()))
                .withContent(
                        none
                                ? Operation.Content.NONE
                                : route.body() == BodyRule.ANY ? Operation.Content.ANY : Operation.Content.JSON)
                .withSchema(schema.map(BodySchema::json))
                .withWindows(windows(route, options));
    }

    private static List<String> windows(RouteOptions route, ProxyOptions options) {
        List<String> windows = new ArrayList<>();
        options.limits().forEach((name, policy) -> {
            if (route.limits().map(names -> names.contains(name)).orElse(true)) {
                policy.windows().forEach(window -> windows.add(window.toString()));
            }
        });
        return windows;
    }
}

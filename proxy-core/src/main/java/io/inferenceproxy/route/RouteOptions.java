package io.inferenceproxy.route;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.units.DataSize;
import io.inferenceproxy.units.Quorum;
import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One route: what it matches, where it leads, and what holds on the way.
 *
 * <p>It is over 300 lines because a copy of a record names every component.
 */
public record RouteOptions(
        @Setting("Methods and path: METHOD[,METHOD...] PATH, where * is any method and /** all paths below")
        RouteMatch match,

        @Setting(
                "Path at the upstream, between its own and what /** matched; without it the path of the request goes on")
        Optional<String> to,

        @Setting("Name of the upstream") String upstream,

        @Setting("bearer: callers must sign in; none: anyone may call")
        RouteAccess auth,

        @Setting("Roles that the caller must have, one or all of them as roles-match says")
        List<String> roles,

        @Setting("Whether any of the roles is enough, or all are needed")
        Quorum rolesMatch,

        @Setting("Scopes that the credentials must have, one or all of them as scopes-match says")
        List<String> scopes,

        @Setting("Whether any of the scopes is enough, or all are needed")
        Quorum scopesMatch,

        @Setting("Claims that the token must have, each with one of the values; dots lead into a claim")
        Map<String, List<String>> claims,

        @Setting("Names of the limit policies that hold here; without it all do, and [] is none")
        Optional<List<String>> limits,

        @Setting("json: content is checked as JSON; any: only its size")
        BodyRule body,

        @Setting("File with the JSON Schema (2020-12) that content must follow")
        Optional<Path> schema,

        @Setting("Largest content, in place of validation.max-body")
        Optional<DataSize> maxBody,

        @Setting("Dialect of the errors that the proxy makes: native, openai or oip")
        ApiStyle style,

        @Setting("In place of the connect-timeout of the upstream")
        Optional<Duration> connectTimeout,

        @Setting("In place of the first-byte-timeout of the upstream")
        Optional<Duration> firstByteTimeout,

        @Setting("In place of the stall-timeout of the upstream; holds for event streams too")
        Optional<Duration> stallTimeout,

        @Setting("Whether a request may be sent again when a kept connection turns out to be dead")
        boolean repeatable) {

    public RouteOptions {
        Require.name(upstream, "upstream");
        roles = List.copyOf(roles);
        scopes = List.copyOf(scopes);
        limits = limits.map(List::copyOf);
        claims = copied(claims);
        if (auth == RouteAccess.NONE && !(roles.isEmpty() && scopes.isEmpty() && claims.isEmpty())) {
            throw new IllegalArgumentException(
                    "auth: none with roles, scopes or claims (expected: bearer, or none of these)");
        }
        if (body == BodyRule.ANY && schema.isPresent()) {
            throw new IllegalArgumentException("body: any with a schema (expected: json, or no schema)");
        }
        to.ifPresent(RouteOptions::requirePath);
        connectTimeout.ifPresent(timeout -> Require.positive(timeout, "connect-timeout"));
        firstByteTimeout.ifPresent(timeout -> Require.positive(timeout, "first-byte-timeout"));
        stallTimeout.ifPresent(timeout -> Require.positive(timeout, "stall-timeout"));
    }

    /** A route with this match and nothing else set: for callers who signed in, under all limits, JSON, to {@code default}. */
    public static RouteOptions of(RouteMatch match) {
        return new RouteOptions(
                match,
                Optional.empty(),
                "default",
                RouteAccess.BEARER,
                List.of(),
                Quorum.ANY,
                List.of(),
                Quorum.ALL,
                Map.of(),
                Optional.empty(),
                BodyRule.JSON,
                Optional.empty(),
                Optional.empty(),
                ApiStyle.NATIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    private static Map<String, List<String>> copied(Map<String, List<String>> claims) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        claims.forEach((name, values) -> {
            if (name.isEmpty() || values.isEmpty()) {
                throw new IllegalArgumentException(
                        "claims: " + name + " without a value (expected: a name with one or more values)");
            }
            copy.put(Require.printable(name, "claims"), List.copyOf(values));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static void requirePath(String to) {
        if (!to.isEmpty() && (to.charAt(0) != '/' || !to.matches("[!-~]*") || to.matches(".*[?#*].*"))) {
            throw new IllegalArgumentException("to: " + to + " (expected: empty, or a path that starts with a slash)");
        }
    }

    public RouteOptions withMatch(RouteMatch match) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withTo(Optional<String> to) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withUpstream(String upstream) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withAuth(RouteAccess auth) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withRoles(List<String> roles) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withScopes(List<String> scopes) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withRolesMatch(Quorum rolesMatch) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withScopesMatch(Quorum scopesMatch) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withClaims(Map<String, List<String>> claims) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withLimits(Optional<List<String>> limits) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withBody(BodyRule body) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withSchema(Optional<Path> schema) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withMaxBody(Optional<DataSize> maxBody) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withStyle(ApiStyle style) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withConnectTimeout(Optional<Duration> connectTimeout) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withFirstByteTimeout(Optional<Duration> firstByteTimeout) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withStallTimeout(Optional<Duration> stallTimeout) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    public RouteOptions withRepeatable(boolean repeatable) {
        return new RouteOptions(
                match,
                to,
                upstream,
                auth,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                limits,
                body,
                schema,
                maxBody,
                style,
                connectTimeout,
                firstByteTimeout,
                stallTimeout,
                repeatable);
    }

    /** Leading to this path at the upstream. */
    public RouteOptions withTo(String to) {
        return withTo(Optional.of(to));
    }

    /** Under the limit policies of these names alone. */
    public RouteOptions withLimits(String... limits) {
        return withLimits(Optional.of(List.of(limits)));
    }

    /** With the schema that content must follow. */
    public RouteOptions withSchema(Path schema) {
        return withSchema(Optional.of(schema));
    }

    /** With a limit of its own on content. */
    public RouteOptions withMaxBody(DataSize maxBody) {
        return withMaxBody(Optional.of(maxBody));
    }

    /** With a connect timeout of its own. */
    public RouteOptions withConnectTimeout(Duration timeout) {
        return withConnectTimeout(Optional.of(timeout));
    }

    /** With a first-byte timeout of its own. */
    public RouteOptions withFirstByteTimeout(Duration timeout) {
        return withFirstByteTimeout(Optional.of(timeout));
    }

    /** With a stall timeout of its own, which holds for event streams too. */
    public RouteOptions withStallTimeout(Duration timeout) {
        return withStallTimeout(Optional.of(timeout));
    }
}

package io.inferenceproxy.docs;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.problem.ProblemType;
import io.inferenceproxy.units.Quorum;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Something that callers can do: a route, or one of the built-in endpoints.
 *
 * <p>It is over 300 lines because a record needs a copying method for each of its components.
 *
 * @param name unique among all; letters, digits, dashes
 * @param tag the group that it is shown in
 * @param summary what it does, in a few words
 * @param methods the methods; empty for any
 * @param path the canonical path
 * @param below whether all paths below it belong to it too
 * @param style how its errors are worded
 * @param bearer whether callers must sign in
 * @param roles that the caller must have
 * @param rolesMatch whether one of them is enough
 * @param scopes that the credentials must have
 * @param scopesMatch whether one of them is enough
 * @param claims names of claims that the token must have with values that only the operator knows
 * @param content what it takes
 * @param schema the JSON Schema (2020-12) that its content must follow
 * @param parameters names of parameters among the components; with any, the path is a template such as {@code /a/{name}}
 * @param windows the limits that hold, such as {@code 50 per hour}; empty for none
 * @param answers that are no problems
 * @param problems that can occur, apart from those that follow from the rest
 */
public record Operation(
        String name,
        String tag,
        String summary,
        Set<String> methods,
        String path,
        boolean below,
        ApiStyle style,
        boolean bearer,
        List<String> roles,
        Quorum rolesMatch,
        List<String> scopes,
        Quorum scopesMatch,
        List<String> claims,
        Content content,
        Optional<JsonNode> schema,
        List<String> parameters,
        List<String> windows,
        List<Answer> answers,
        Set<ProblemType> problems) {

    /** What an operation takes. */
    public enum Content {
        /** Nothing. */
        NONE(""),
        /** JSON, checked. */
        JSON(""),
        /** The name and the password of a user, as JSON. */
        LOGIN("LoginRequest"),
        /** A refresh token, as JSON. */
        REFRESH("RefreshRequest"),
        /** A user, as JSON. */
        NEW_USER("NewUser"),
        /** What changes of a user, as JSON. */
        USER_CHANGE("UserChange"),
        /** A password, as JSON. */
        PASSWORD("NewPassword"),
        /** What a key shall be like, as JSON. */
        NEW_KEY("NewKey"),
        /** What changes of a key, as JSON. */
        KEY_CHANGE("KeyChange"),
        /** How a key is rotated, as JSON. */
        ROTATION("Rotation"),
        /** The form of whoever wants a token as OAuth 2 has it. */
        CLIENT("OAuthTokenRequest"),
        /** Anything. */
        ANY("");

        private final String component;

        Content(String component) {
            this.component = component;
        }

        /** The name of its schema among the components; empty when it has none of its own there. */
        String component() {
            return component;
        }
    }

    private static final Set<ProblemType> OF_UPSTREAMS = Collections.unmodifiableSet(EnumSet.of(
            ProblemType.UPSTREAM_UNREACHABLE,
            ProblemType.UPSTREAM_PROTOCOL_ERROR,
            ProblemType.OVERLOADED,
            ProblemType.DRAINING,
            ProblemType.UPSTREAM_UNAVAILABLE,
            ProblemType.UPSTREAM_TIMEOUT));

    public Operation {
        methods = Collections.unmodifiableSet(new LinkedHashSet<>(methods));
        roles = List.copyOf(roles);
        scopes = List.copyOf(scopes);
        parameters = List.copyOf(parameters);
        claims = List.copyOf(claims);
        windows = List.copyOf(windows);
        answers = List.copyOf(answers);
        problems = Set.copyOf(problems);
    }

    /** A route: for callers who have signed in, JSON, without a schema or limits, answered by an upstream. */
    public static Operation forwarded(String name, Set<String> methods, String path, boolean below) {
        return of(name, "Service", "Forwarded to the service", methods, path)
                .withBelow(below)
                .withBearer(true)
                .withContent(Content.JSON)
                .withAnswers(List.of(
                        Answer.of(200, "The answer of the service, unchanged.", "*/*"),
                        new Answer(
                                "default",
                                "Any other answer of the service, unchanged: its errors too.",
                                "*/*",
                                Answer.of(200, "", "").schema())))
                .withProblems(OF_UPSTREAMS);
    }

    /** {@code POST /api/login}. */
    public static Operation login(String name, String path) {
        return of(name, "Callers", "Get a token", Set.of("POST"), path)
                .withContent(Content.LOGIN)
                .withAnswers(List.of(Answer.json(200, "A token for `Authorization: Bearer`.", "Token")))
                .withProblems(
                        EnumSet.of(ProblemType.INVALID_CREDENTIALS, ProblemType.RATE_LIMITED, ProblemType.OVERLOADED));
    }

    /** {@code POST /api/token/refresh}. */
    public static Operation refresh(String path) {
        return of("refresh", "Callers", "Get another token for a refresh token", Set.of("POST"), path)
                .withContent(Content.REFRESH)
                .withAnswers(List.of(Answer.json(
                        200, "Another token, and another refresh token: the old one is good no longer.", "Token")))
                .withProblems(
                        EnumSet.of(ProblemType.INVALID_CREDENTIALS, ProblemType.RATE_LIMITED, ProblemType.OVERLOADED));
    }

    /** {@code POST /api/logout}. */
    public static Operation logout(String path) {
        return of("logout", "Callers", "End the token and all that came from the same login", Set.of("POST"), path)
                .withBearer(true)
                .withAnswers(List.of(Answer.of(204, "It has ended.", "")))
                .withProblems(EnumSet.of(ProblemType.NOT_PERMITTED, ProblemType.OVERLOADED));
    }

    /** {@code POST /oauth2/token}. */
    public static Operation oauthToken(String name, String path) {
        return of(name, "Callers", "Get a token as OAuth 2 has it", Set.of("POST"), path)
                .withContent(Content.CLIENT)
                .withAnswers(List.of(
                        Answer.json(200, "A token for `Authorization: Bearer` (RFC 6749 section 5.1).", "OAuthToken"),
                        Answer.json(400, "An error of RFC 6749 section 5.2.", "OAuthError"),
                        Answer.json(401, "`invalid_client`: the program or its secret is wrong.", "OAuthError")))
                .withProblems(EnumSet.of(ProblemType.RATE_LIMITED, ProblemType.OVERLOADED));
    }

    /** {@code GET /api/me}. */
    public static Operation me(String path) {
        return of("me", "Callers", "Who am I, and how much is left of my limits", Set.of("GET"), path)
                .withBearer(true)
                .withAnswers(List.of(Answer.json(200, "The caller. Asking charges nothing.", "Me")));
    }

    /** {@code GET /.well-known/jwks.json}. */
    public static Operation signingKeys(String name, String path) {
        return of(name, "Callers", "The keys to verify tokens of this proxy with", Set.of("GET"), path)
                .withAnswers(List.of(Answer.of(
                        200, "The public keys, as a JSON Web Key Set (RFC 7517).", "application/jwk-set+json")));
    }

    /** {@code GET /livez} or {@code GET /readyz}. */
    public static Operation health(String name, String summary, String path, boolean canBeUnwell) {
        Answer ok = Answer.of(200, "`ok`", "text/plain");
        return of(name, "Health", summary, Set.of("GET"), path)
                .withAnswers(
                        canBeUnwell
                                ? List.of(ok, Answer.of(503, "Draining, or no usable upstream.", "text/plain"))
                                : List.of(ok));
    }

    static Operation of(String name, String tag, String summary, Set<String> methods, String path) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                false,
                ApiStyle.NATIVE,
                false,
                List.of(),
                Quorum.ANY,
                List.of(),
                Quorum.ALL,
                List.of(),
                Content.NONE,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Set.of());
    }

    /** Whether the answers carry the fields of the limits. */
    boolean limited() {
        return !windows.isEmpty();
    }

    public Operation withSummary(String summary) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withBelow(boolean below) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withStyle(ApiStyle style) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withBearer(boolean bearer) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withRoles(List<String> roles) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withScopes(List<String> scopes) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withMatch(Quorum rolesMatch, Quorum scopesMatch) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withClaims(List<String> claims) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withContent(Content content) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withSchema(Optional<JsonNode> schema) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withParameters(List<String> parameters) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withWindows(List<String> windows) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withAnswers(List<Answer> answers) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }

    public Operation withProblems(Set<ProblemType> problems) {
        return new Operation(
                name,
                tag,
                summary,
                methods,
                path,
                below,
                style,
                bearer,
                roles,
                rolesMatch,
                scopes,
                scopesMatch,
                claims,
                content,
                schema,
                parameters,
                windows,
                answers,
                problems);
    }
}

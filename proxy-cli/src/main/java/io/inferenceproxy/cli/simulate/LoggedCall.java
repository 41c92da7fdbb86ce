package io.inferenceproxy.cli.simulate;

import io.inferenceproxy.BuiltInRoutes;
import io.inferenceproxy.limit.GiveBack;
import io.inferenceproxy.observe.LogKey;
import io.inferenceproxy.problem.ProblemType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A call as the access log tells of it.
 *
 * @param arrived when, in nanoseconds since 1970
 * @param took how long until its end, in nanoseconds
 * @param issuer who vouches for the subject
 * @param subject who called; empty for nobody
 * @param client where from
 * @param route the name of the route; empty for none
 * @param status the status of the answer
 * @param code the problem that the proxy answered with; empty for none
 * @param abandoned whether the caller went away before the upstream began to answer
 * @param bytes how large its content was
 */
record LoggedCall(
        long arrived,
        long took,
        String issuer,
        String subject,
        InetAddress client,
        String route,
        int status,
        String code,
        boolean abandoned,
        long bytes) {

    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F:.]{3,45}");
    private static final Set<String> NOT_ADMITTED = slugs(
            ProblemType.MISSING_CREDENTIALS,
            ProblemType.INVALID_CREDENTIALS,
            ProblemType.CONFLICTING_CREDENTIALS,
            ProblemType.NOT_PERMITTED);
    private static final Set<String> REFUSED_CONTENT = slugs(
            ProblemType.MALFORMED_JSON,
            ProblemType.SCHEMA_VIOLATION,
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            ProblemType.BODY_TOO_LARGE);

    private static Set<String> slugs(ProblemType... types) {
        return Stream.of(types).map(ProblemType::slug).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Reads a line; empty when it tells of something else than a call.
     *
     * @throws IllegalArgumentException when it is no line of a log in JSON
     */
    static Optional<LoggedCall> parse(String line) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(line);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("is no JSON", malformed);
        }
        if (!json.isObject()) {
            throw new IllegalArgumentException("is no JSON object");
        }
        if (!text(json, LogKey.EVENT.key()).equals("call")) {
            return Optional.empty();
        }
        long took = (long) (json.path(LogKey.TOTAL.key()).asDouble(0) * TimeUnit.MILLISECONDS.toNanos(1));
        if (took < 0 || took > TimeUnit.DAYS.toNanos(1)) {
            throw new IllegalArgumentException(LogKey.TOTAL.key() + " is no duration of a call");
        }
        return Optional.of(new LoggedCall(
                epochNanos(text(json, "@timestamp")) - took,
                took,
                text(json, LogKey.ISSUER.key()),
                text(json, LogKey.SUBJECT.key()),
                address(text(json, LogKey.CLIENT.key())),
                text(json, LogKey.ROUTE.key()),
                json.path(LogKey.STATUS.key()).asInt(0),
                text(json, LogKey.CODE.key()),
                text(json, LogKey.OUTCOME.key()).equals("client-gone")
                        && json.path(LogKey.UPSTREAM_STATUS.key()).isMissingNode(),
                json.path(LogKey.REQUEST_BYTES.key()).asLong(0)));
    }

    private static String text(JsonNode json, String key) {
        return json.path(key).asString("");
    }

    private static long epochNanos(String time) {
        try {
            Instant instant = OffsetDateTime.parse(time).toInstant();
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
        } catch (DateTimeException | ArithmeticException wrong) {
            throw new IllegalArgumentException("@timestamp is no time with an offset", wrong);
        }
    }

    private static InetAddress address(String text) {
        if (LITERAL.matcher(text).matches()) { // a literal: nothing is looked up
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException wrong) {
                throw new IllegalArgumentException(LogKey.CLIENT.key() + " is no address", wrong);
            }
        }
        throw new IllegalArgumentException(LogKey.CLIENT.key() + " is no address");
    }

    /** Whether limits had to do with it: it was on a route of the configuration, and its credentials were good. */
    boolean isCounted() {
        return !route.isEmpty() && !BuiltInRoutes.names().contains(route) && !NOT_ADMITTED.contains(code);
    }

    /** What in the end may make policies give back what they charged. */
    Optional<GiveBack> giveBack() {
        if (code.isEmpty()) {
            return abandoned ? Optional.of(GiveBack.CANCELLED) : Optional.empty();
        }
        if (REFUSED_CONTENT.contains(code)) {
            return Optional.of(GiveBack.REFUSED_CONTENT);
        }
        return status >= 502 && status <= 504 ? Optional.of(GiveBack.UPSTREAM_FAILURE) : Optional.empty();
    }

    /** Whom the summary names. */
    String caller() {
        return subject.isEmpty()
                ? client.getHostAddress()
                : issuer.isEmpty() || issuer.equals("inference-proxy") ? subject : subject + " of " + issuer;
    }
}

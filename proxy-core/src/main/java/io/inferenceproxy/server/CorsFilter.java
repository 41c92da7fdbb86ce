package io.inferenceproxy.server;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.HeaderNames;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyRequest;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyFilter;
import io.inferenceproxy.pipeline.ProxyHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * Cross-origin requests of web pages (the Fetch standard, CORS): preflights are answered here and never forwarded, and the
 * answers that pages of the configured origins may read say so, problems too.
 *
 * <p>A preflight carries no credentials and asks for permission only, so it is 204 for everyone; without the allowing fields
 * the browser refuses by itself. With origins configured their word counts, not the upstream's.
 */
public final class CorsFilter implements ProxyFilter {

    private static final String ANY = "*";
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String USUAL_HEADERS =
            "Authorization, Content-Type, X-API-Key, X-Request-Id, Idempotency-Key, traceparent";
    private static final String EXPOSED = "RateLimit, RateLimit-Policy, X-RateLimit-Limit, X-RateLimit-Remaining,"
            + " X-RateLimit-Reset, Retry-After, X-Request-Id";
    private static final String PREFLIGHT_VARY =
            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    private static final Pattern FIELD_NAMES = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z, -]{1,2048}");
    private static final HeaderNames OF_UPSTREAM = HeaderNames.of(
            "Access-Control-Allow-Origin",
            "Access-Control-Allow-Credentials",
            "Access-Control-Allow-Methods",
            "Access-Control-Allow-Headers",
            "Access-Control-Expose-Headers",
            "Access-Control-Max-Age");

    private final boolean enabled;
    private final boolean any;
    private final Map<String, Headers> allowing = new HashMap<>();
    private final String maxAge;

    public CorsFilter(CorsOptions options) {
        this.enabled = !options.origins().isEmpty();
        this.any = options.origins().contains(ANY);
        options.origins()
                .forEach(origin ->
                        allowing.put(origin.toLowerCase(Locale.ROOT), allowing(origin.toLowerCase(Locale.ROOT))));
        this.maxAge = Long.toString(options.maxAge().toSeconds());
    }

    @Override
    public CompletionStage<ProxyResponse> filter(ProxyCall call, ProxyHandler next) {
        ProxyRequest request = call.request();
        if (!enabled && !request.method().equals("OPTIONS")) {
            return next.handle(call);
        }
        String origin = request.headers().first("Origin").orElse("");
        boolean preflight = request.method().equals("OPTIONS")
                && !origin.isEmpty()
                && request.headers().contains("Access-Control-Request-Method");
        if (preflight) {
            return CompletableFuture.completedFuture(preflight(request, origin));
        }
        return enabled ? next.handle(call).thenApply(answer -> readable(answer, origin)) : next.handle(call);
    }

    private ProxyResponse preflight(ProxyRequest request, String origin) {
        if (!isAllowed(origin)) {
            return ProxyResponse.of(204, Headers.of("Vary", PREFLIGHT_VARY), Body.empty());
        }
        String headers = request.headers()
                .first("Access-Control-Request-Headers")
                .filter(names -> FIELD_NAMES.matcher(names).matches())
                .orElse(USUAL_HEADERS);
        return ProxyResponse.of(
                204,
                Headers.of(
                        "Access-Control-Allow-Origin", any ? ANY : origin,
                        "Access-Control-Allow-Methods", METHODS,
                        "Access-Control-Allow-Headers", headers,
                        "Access-Control-Max-Age", maxAge,
                        "Vary", PREFLIGHT_VARY),
                Body.empty());
    }

    private ProxyResponse readable(ProxyResponse answer, String origin) {
        Headers fields = answer.headers().without(OF_UPSTREAM);
        Headers varying = any ? fields : fields.with("Vary", varyingByOrigin(fields));
        String allowed = any && !origin.isEmpty() ? ANY : origin;
        return answer.withHeaders(varying.overlaidWith(allowing.getOrDefault(allowed, Headers.empty())));
    }

    /** The fields of an answer that pages of an allowed origin may read. */
    private static Headers allowing(String origin) {
        return Headers.of("Access-Control-Allow-Origin", origin, "Access-Control-Expose-Headers", EXPOSED);
    }

    private boolean isAllowed(String origin) {
        return !origin.isEmpty() && (any || allowing.containsKey(origin));
    }

    /** What the answer varies by already, and the origin. */
    private static String varyingByOrigin(Headers fields) {
        List<String> values = fields.all("Vary");
        for (String value : values) {
            for (String name : value.split(",", -1)) {
                if (name.strip().equals("*") || name.strip().equalsIgnoreCase("Origin")) {
                    return String.join(", ", values);
                }
            }
        }
        return values.isEmpty() ? "Origin" : String.join(", ", values) + ", Origin";
    }
}

package io.inferenceproxy.server;

import io.inferenceproxy.units.Require;
import io.inferenceproxy.units.Setting;
import java.time.Duration;
import java.util.List;

/**
 * Which web pages of other origins may call the proxy from a browser (the Fetch standard, CORS). Off unless origins are named.
 */
public record CorsOptions(
        @Setting("Origins whose pages may call, such as https://app.example; * for any")
        List<String> origins,

        @Setting("How long a browser may keep the answer to a preflight")
        Duration maxAge) {

    /** What holds when nothing is configured. */
    public static final CorsOptions DEFAULT = new CorsOptions(List.of(), Duration.ofMinutes(10));

    public CorsOptions {
        origins = List.copyOf(origins);
        for (String origin : origins) {
            if (!origin.equals("*") && !origin.matches("https?://[^/\\s*]+")) {
                throw new IllegalArgumentException(
                        "origins: " + origin + " (expected: scheme://host[:port] without a path, or *)");
            }
        }
        Require.notNegative(maxAge, "max-age");
    }

    public CorsOptions withOrigins(List<String> origins) {
        return new CorsOptions(origins, maxAge);
    }

    public CorsOptions withMaxAge(Duration maxAge) {
        return new CorsOptions(origins, maxAge);
    }
}

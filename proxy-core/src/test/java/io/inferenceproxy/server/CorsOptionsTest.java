package io.inferenceproxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsOptionsTest {

    private static final CorsOptions DEFAULT = CorsOptions.DEFAULT;

    @Test
    void byDefaultNoOtherOriginIsLetInAndPreflightsHoldTenMinutes() {
        assertThat(DEFAULT).isEqualTo(new CorsOptions(List.of(), Duration.ofMinutes(10)));
    }

    @Test
    void changesOneThingAtATime() {
        List<String> origins = List.of("https://app.example", "http://127.0.0.1:3000");

        assertThat(DEFAULT.withOrigins(origins).withMaxAge(Duration.ZERO))
                .isEqualTo(new CorsOptions(origins, Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "app.example", "https://app.example/", "https://*.example", "null", "https://a b"})
    void anOriginHasASchemeAndAHostAndNothingElse(String origin) {
        assertThatThrownBy(() -> DEFAULT.withOrigins(List.of(origin)))
                .hasMessage("origins: " + origin + " (expected: scheme://host[:port] without a path, or *)");
    }

    @Test
    void noPreflightHoldsForLessThanNoTime() {
        assertThatThrownBy(() -> DEFAULT.withMaxAge(Duration.ofSeconds(-1)))
                .hasMessage("max-age: -1s (expected: 0s or more)");
    }
}

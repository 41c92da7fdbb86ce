package io.inferenceproxy.examples.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.units.Secret;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedProxyTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);
    private static final Clock NIGHT = Clock.fixed(Instant.parse("2026-11-23T23:00:00Z"), ZoneOffset.UTC);

    @Test
    void someoneWithABadgeIsServedByDay() throws Exception {
        HttpResponse<String> answer = call(NOON, "opensesame");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"label\":\"greeting\"}");
        assertThat(answer.headers().firstValue("X-Open-Until")).hasValue("18:00");
        assertThat(answer.headers().firstValue("X-RateLimit-Remaining")).hasValue("9");
    }

    @Test
    void someoneWithoutTheRightBadgeIsNot() throws Exception {
        assertThat(call(NOON, "guess").statusCode()).isEqualTo(401);
    }

    @Test
    void byNightTheFilterAnswers() throws Exception {
        HttpResponse<String> answer = call(NIGHT, "opensesame");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("32400");
        assertThat(answer.body()).contains("The model sleeps");
    }

    private static HttpResponse<String> call(Clock clock, String badge) throws Exception {
        try (ScriptedUpstream service = ScriptedUpstream.start()) {
            service.on("/predict", Answer.json("{\"label\":\"greeting\"}"));
            try (ProxyServer proxy = EmbeddedProxy.inFrontOf(
                            service.uri("/predict").toString(), Map.of("alice", Secret.of("opensesame")), clock)
                    .listen(listen -> listen.withPort(0))
                    .admin(admin -> admin.withEnabled(false))
                    .start()) {
                HttpRequest request = HttpRequest.newBuilder(proxy.uri().resolve("/api/inference"))
                        .header("Content-Type", "application/json")
                        .header("X-Badge", badge)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"hello\"}"))
                        .build();
                return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            }
        }
    }
}

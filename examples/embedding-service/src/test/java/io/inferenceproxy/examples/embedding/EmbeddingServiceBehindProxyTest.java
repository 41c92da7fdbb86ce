package io.inferenceproxy.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.Preset;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.ProxyServerBuilder;
import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real model behind the proxy, in both of its dialects. */
class EmbeddingServiceBehindProxyTest {

    private static final AuthOptions AUTH =
            AuthOptions.DEFAULT.withSecret(Secret.of("a secret that is made for this test alone"));
    private static EmbeddingService service;

    @BeforeAll
    static void start() throws Exception {
        service = EmbeddingService.start(EmbeddingServiceOptions.defaults().withPort(0));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void embedsThroughTheOpenAiRoutes() throws Exception {
        try (ProxyServer proxy = before("").preset(Preset.OPENAI).start()) {
            HttpResponse<String> answer =
                    post(proxy.uri().resolve("/v1/embeddings"), "{\"input\":\"How do I reset my password?\"}", token());

            JsonNode json = JsonMapper.shared().readTree(answer.body());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(json.at("/data/0/embedding").size()).isEqualTo(384);
            assertThat(answer.headers().firstValue("RateLimit")).isPresent();
        }
    }

    @Test
    void errorsOfTheProxyAreWordedAsThatApiDoes() throws Exception {
        try (ProxyServer proxy = before("").preset(Preset.OPENAI).start()) {
            HttpResponse<String> answer =
                    post(proxy.uri().resolve("/v1/embeddings"), "{\"input\":\"text\"}", "no token");

            JsonNode json = JsonMapper.shared().readTree(answer.body());
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(json.at("/error/code").asString()).isEqualTo("invalid-credentials");
            assertThat(json.at("/error/type").asString()).isEqualTo("authentication_error");
        }
    }

    @Test
    void embedsThroughThePlainRoute() throws Exception {
        try (ProxyServer proxy = before("/embed").start()) {
            HttpResponse<String> answer =
                    post(proxy.uri().resolve("/api/inference"), "{\"texts\":[\"one\",\"two\"]}", token());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(JsonMapper.shared()
                            .readTree(answer.body())
                            .at("/embeddings")
                            .size())
                    .isEqualTo(2);
        }
    }

    private static ProxyServerBuilder before(String path) {
        return ProxyServer.inFrontOf(service.uri() + path)
                .listen(listen -> listen.withPort(0))
                .admin(admin -> admin.withEnabled(false))
                .auth(auth -> AUTH);
    }

    private static String token() {
        return new TokenIssuer(AUTH, SigningKeys.of(AUTH), Ticker.system())
                .issue(TokenRequest.of("alice"))
                .text();
    }

    private static HttpResponse<String> post(URI uri, String body, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}

package io.inferenceproxy.examples.undertow;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.auth.AuthOptions;
import io.inferenceproxy.auth.SigningKeys;
import io.inferenceproxy.auth.TokenIssuer;
import io.inferenceproxy.auth.TokenRequest;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.ReceivedRequest;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ShopApplicationTest {

    private static final Secret SECRET = Secret.of("a secret of thirty-two bytes or more, for tests");

    @AutoClose
    private final ScriptedUpstream model =
            ScriptedUpstream.start().on("/predict", Answer.json("{\"recommendation\":\"tea\"}"));

    @AutoClose
    private final ShopApplication shop = ShopApplication.start(0, model.uri("/predict"), SECRET);

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void servesItsOwnPage() throws Exception {
        HttpResponse<String> page = get("/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<h1>Shop</h1>");
    }

    @Test
    void servesTheModelUnderItsPathToThoseWhoSignIn() throws Exception {
        AuthOptions auth = AuthOptions.DEFAULT.withSecret(SECRET);
        String token = new TokenIssuer(auth, SigningKeys.of(auth), Ticker.system())
                .issue(TokenRequest.of("alice"))
                .text();

        HttpResponse<String> answer = send(HttpRequest.newBuilder(at("/ai/api/inference"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"basket\":[\"cup\"]}")));

        ReceivedRequest received = model.awaitRequest(Duration.ofSeconds(5));
        assertThat(answer.body()).isEqualTo("{\"recommendation\":\"tea\"}");
        assertThat(answer.headers().firstValue("RateLimit")).isPresent();
        assertThat(received.header("X-Forwarded-User")).contains("alice");
    }

    @Test
    void servesTheModelToNobodyElse() throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(at("/ai/api/inference"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(model.requestCount()).isZero();
    }

    @Test
    void hasTheProxysPagesUnderThePathToo() throws Exception {
        assertThat(get("/ai/livez").statusCode()).isEqualTo(200);
        assertThat(get("/livez").body()).contains("<h1>Shop</h1>");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(at(path)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private URI at(String path) {
        return shop.uri().resolve(path);
    }
}

package io.inferenceproxy.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TriageServerTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final TriageServer SERVER = TriageServer.start();

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void theExampleIsAnsweredWithRankedConditionsAndADisclaimer() throws Exception {
        HttpResponse<String> answer = post(TriageSchema.EXAMPLE);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode body = json(answer);
        assertThat(body.propertyNames()).containsExactly("predictions", "model", "disclaimer");
        assertThat(body.at("/predictions")
                        .valueStream()
                        .map(one -> one.path("condition").asString()))
                .hasSize(3)
                .contains("influenza");
        assertThat(body.at("/predictions/0/probability").doubleValue()).isBetween(0.34, 1.0);
        assertThat(body.path("model").stringValue()).isEqualTo("triage-nb");
        assertThat(body.path("disclaimer").stringValue()).contains("not medical advice");
    }

    @Test
    void probabilitiesAreWrittenInPlainNotationWithFourPlaces() throws Exception {
        String answer = post("{\"symptoms\":[\"chest-pain\",\"arm-or-jaw-pain\",\"sweating\"],\"age\":60,\"top\":10}")
                .body();

        assertThat(Pattern.compile("\"probability\":([^}]+)")
                        .matcher(answer)
                        .results()
                        .map(found -> found.group(1)))
                .hasSize(10)
                .allMatch(number -> number.matches("[01]\\.\\d{4}"));
    }

    @Test
    void anArrayIsAnsweredWithAnArrayInTheSameOrder() throws Exception {
        HttpResponse<String> answer = post(
                "[{\"symptoms\":[\"heartburn\",\"acid-taste\"],\"top\":1},{\"symptoms\":[\"hives\",\"itching\"],\"top\":2}]");

        JsonNode body = json(answer);
        assertThat(body.isArray()).isTrue();
        assertThat(body.at("/0/predictions")).hasSize(1);
        assertThat(body.at("/0/predictions/0/condition").stringValue()).isEqualTo("gastroesophageal-reflux");
        assertThat(body.at("/1/predictions")).hasSize(2);
        assertThat(body.at("/1/predictions/0/condition").stringValue()).isEqualTo("urticaria");
    }

    @Test
    void allMistakesAreReportedWithTheirPlaces() throws Exception {
        HttpResponse<String> answer =
                post("[{\"symptoms\":[\"feverr\",7],\"age\":200},{\"symptoms\":[\"cough\"],\"agee\":3}]");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("error").stringValue()).isEqualTo("the request is not valid");
        assertThat(json(answer).path("details").valueStream().map(JsonNode::stringValue))
                .containsExactly(
                        "[0].symptoms[0]: \"feverr\" is not known (nearest: \"fever\")",
                        "[0].symptoms[1]: a number (expected: a name)",
                        "[0].age: 200 (expected: 0 to 130)",
                        "[1].agee: unknown (expected: symptoms, age, top)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | body: missing (expected: an object with symptoms)",
                "{ | body: not JSON, line 1, column 2",
                "{} trailing | body: not JSON, line 1, column 4",
                "{\"top\":1,\"top\":2} | body: not JSON, line 1, column 15",
                "{\"symptoms\":[\"\\ud83d\"]} | symptoms[0]: \"?\" is not known (nearest: \"rash\")",
            })
    void whatIsNoRequestIsRefusedInWords(String body, String detail) throws Exception {
        HttpResponse<String> answer = post(body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/details/0").stringValue()).isEqualTo(detail);
    }

    @Test
    void atMostTwentyMistakesAreReported() throws Exception {
        String unknown = "{\"symptoms\":[" + "\"x\",".repeat(19) + "\"x\"]}";

        HttpResponse<String> answer = post("[" + unknown + "," + unknown + "]");

        assertThat(json(answer).path("details")).hasSize(20);
    }

    @Test
    void aBodyOverItsBoundIsRefusedHoweverItIsFramed() throws Exception {
        byte[] large = new byte[64 * 1024 + 1];

        HttpResponse<String> sized = send("POST", "/predict", BodyPublishers.ofByteArray(large));
        HttpResponse<String> chunked =
                send("POST", "/predict", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)));

        assertThat(List.of(sized.statusCode(), chunked.statusCode())).containsOnly(413);
        assertThat(json(chunked).path("error").stringValue())
                .isEqualTo("body too large (expected: at most 65536 bytes)");
    }

    @ParameterizedTest
    @CsvSource({"GET,/predict,POST", "DELETE,/predict,POST", "POST,/health,'GET, HEAD'"})
    void anotherMethodIsRefusedWithThoseThatAreAllowed(String method, String path, String allowed) throws Exception {
        HttpResponse<String> answer = send(method, path, BodyPublishers.noBody());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
    }

    @ParameterizedTest
    @CsvSource({"/", "/predict/", "/predictions", "/healthy"})
    void anotherPathIsNotFound(String path) throws Exception {
        HttpResponse<String> answer = send("POST", path, BodyPublishers.ofString(TriageSchema.EXAMPLE));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer).path("error").stringValue()).isEqualTo("not found (expected: /predict or /health)");
    }

    @ParameterizedTest
    @CsvSource({"GET,true", "HEAD,false"})
    void itIsHealthy(String method, boolean withBody) throws Exception {
        HttpResponse<String> answer = send(method, "/health", BodyPublishers.noBody());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(withBody ? "{\"status\":\"ok\",\"model\":\"triage-nb\"}" : "");
    }

    @Test
    void manyCallsAtOnceAreAllAnsweredAlike() throws Exception {
        String expected = post(TriageSchema.EXAMPLE).body();

        List<CompletableFuture<String>> calls = IntStream.range(0, 200)
                .mapToObj(i -> CLIENT.sendAsync(
                                request("POST", "/predict", BodyPublishers.ofString(TriageSchema.EXAMPLE)),
                                BodyHandlers.ofString())
                        .thenApply(HttpResponse::body))
                .toList();

        assertThat(calls).allSatisfy(call -> assertThat(call.join()).isEqualTo(expected));
    }

    @Test
    void itListensOnLoopbackOnlyAndKeepsNoJvmAlive() {
        assertThat(SERVER.uri().getHost()).isEqualTo("127.0.0.1");
        assertThat(SERVER.uri().resolve("/predict"))
                .hasPath("/predict")
                .hasPort(SERVER.uri().getPort());
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("HTTP-Dispatcher")
                        || thread.getName().equals("triage"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    @Test
    void aClosedServerRefusesConnections() {
        TriageServer closed = TriageServer.start(SERVER.model());
        HttpRequest request = HttpRequest.newBuilder(closed.uri()).build();
        closed.close();

        assertThatThrownBy(() -> CLIENT.send(request, BodyHandlers.ofString())).isInstanceOf(ConnectException.class);
        assertThatCode(closed::close).doesNotThrowAnyException();
    }

    @Test
    void trainingAndStartingTakeLessThanHalfASecond() {
        assertTimeout(Duration.ofMillis(500), () -> TriageServer.start().close());
    }

    private static HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return send("POST", "/predict", BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(String method, String path, BodyPublisher body)
            throws IOException, InterruptedException {
        return CLIENT.send(request(method, path, body), BodyHandlers.ofString());
    }

    private static HttpRequest request(String method, String path, BodyPublisher body) {
        return HttpRequest.newBuilder(SERVER.uri().resolve(path))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(10))
                .method(method, body)
                .build();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }
}

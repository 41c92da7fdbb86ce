package io.inferenceproxy.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.BindException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EmbeddingServiceTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int MAX_BODY = 64 << 10;

    private static EmbeddingService service;

    @BeforeAll
    static void start() throws IOException {
        service = EmbeddingService.start(EmbeddingServiceOptions.defaults()
                .withPort(0)
                .withMaxBody(MAX_BODY)
                .withMaxTexts(8));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void twoQuestionsAboutPasswordsAreNearerToEachOtherThanToTheWeather() throws Exception {
        JsonNode vectors = json(post("/embed", """
                                {"texts": ["How do I reset my password?",
                                           "I forgot my login password, how can I change it?",
                                           "It will rain in the mountains tomorrow."]}""")).path("embeddings");

        double related = cosine(vectors.path(0), vectors.path(1));
        double unrelated = cosine(vectors.path(0), vectors.path(2));
        assertThat(related).isGreaterThan(0.5).isGreaterThan(unrelated + 0.3);
    }

    @Test
    void anOpenAiAnswerHasTheShapeThatClientsExpect() throws Exception {
        HttpResponse<String> response = post("/v1/embeddings", """
                {"input": ["one text", "another text"], "model": "all-minilm-l6-v2-q"}""");

        JsonNode answer = json(response);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.propertyNames()).containsExactly("object", "data", "model", "usage");
        assertThat(answer.path("object").asString()).isEqualTo("list");
        assertThat(answer.path("model").asString()).isEqualTo("all-minilm-l6-v2-q");
        assertThat(answer.path("data")).hasSize(2);
        assertThat(answer.at("/data/1/object").asString()).isEqualTo("embedding");
        assertThat(answer.at("/data/1/index").asInt()).isEqualTo(1);
        assertThat(answer.at("/data/1/embedding")).hasSize(384).allMatch(JsonNode::isNumber);
    }

    @ParameterizedTest(name = "\"{0}\": {1}")
    @CsvSource({"hello, 1", "How do I reset my password?, 7", "untokenizable, 4"})
    void usageCountsTheTokensThatTheModelRead(String text, int tokens) throws Exception {
        JsonNode usage = json(post("/v1/embeddings", "{\"input\": \"%s\"}".formatted(text)))
                .path("usage");

        assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(tokens);
        assertThat(usage.path("total_tokens").asInt()).isEqualTo(tokens);
    }

    @Test
    void usageOfALongTextCountsOnlyWhatTheModelReadOfIt() throws Exception {
        JsonNode answer = json(post("/v1/embeddings", "{\"input\": \"%s\"}".formatted("word ".repeat(1_000))));

        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(126);
    }

    @Test
    void aVectorInBase64IsTheSameAsInNumbers() throws Exception {
        JsonNode numbers =
                json(post("/v1/embeddings", "{\"input\": \"hello\"}")).at("/data/0/embedding");

        String base64 =
                json(post("/v1/embeddings", """
                        {"input": "hello", "encoding_format": "base64"}""")).at("/data/0/embedding").asString();

        var floats = ByteBuffer.wrap(Base64.getDecoder().decode(base64))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        assertThat(floats.remaining()).isEqualTo(384);
        assertThat(IntStream.range(0, 384))
                .allMatch(i -> floats.get(i) == numbers.path(i).floatValue());
    }

    @Test
    void aVectorHasLengthOne() throws Exception {
        JsonNode vector = json(post("/v1/embeddings", "{\"input\": \"hello\"}")).at("/data/0/embedding");

        assertThat(dot(vector, vector)).isCloseTo(1.0, within(1e-4));
    }

    @Test
    void theListOfModelsNamesTheOneModel() throws Exception {
        JsonNode answer = json(get("/v1/models"));

        assertThat(answer.path("data")).hasSize(1);
        assertThat(answer.at("/data/0/id").asString()).isEqualTo("all-minilm-l6-v2-q");
        assertThat(answer.at("/data/0/owned_by").asString()).isEqualTo("sentence-transformers");
        assertThat(json(get("/v1/models/all-minilm-l6-v2-q"))).isEqualTo(answer.at("/data/0"));
    }

    @Test
    void aModelThatIsNotThereIsNotFoundAsOpenAiSaysIt() throws Exception {
        HttpResponse<String> response = get("/v1/models/gpt-4");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response).at("/error/code").asString()).isEqualTo("model_not_found");
    }

    @Test
    void healthIsOk() throws Exception {
        assertThat(get("/health").body()).isEqualTo("{\"status\":\"ok\"}");
    }

    @Test
    void healthCanBeAskedForWithoutABody() throws Exception {
        HttpResponse<String> response = CLIENT.send(
                HttpRequest.newBuilder(service.uri().resolve("/health"))
                        .method("HEAD", BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(15);
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "{};                                        input; input: missing (expected: a string or an array of strings)",
                "{\"input\": 5};                            input; input: a JSON number (expected: a string or an array of strings)",
                "{\"input\": []};                           input; input: 0 texts (expected: 1 to 8)",
                "{\"input\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}; input; input: 9 texts (expected: 1 to 8)",
                "{\"input\": [\"a\", 7]};                   input; input: element 1 is a JSON number (expected: a string)",
                "{\"input\": [\"a\", \" \"]};               input; input: text 1 is empty (expected: at least one word)",
                "{\"input\": \"\"};                         input; input: text 0 is empty (expected: at least one word)",
                "{\"input\": \"a\", \"dimensions\": 12};    dimensions; dimensions: not known (expected: 384)",
                "{\"input\": \"a\", \"encoding_format\": \"hex\"}; encoding_format; encoding_format: not known (expected: float or base64)",
            })
    void aWrongFieldIsRefusedByName(String body, String param, String message) throws Exception {
        HttpResponse<String> response = post("/v1/embeddings", body);

        JsonNode error = json(response).path("error");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
        assertThat(error.path("message").asString()).isEqualTo(message);
        assertThat(error.path("type").asString()).isEqualTo("invalid_request_error");
        assertThat(error.path("param").asString()).isEqualTo(param);
        assertThat(error.path("code").isNull()).isTrue();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"input\": ;                  body: not well-formed JSON at line 1, column 10",
                "{\"input\":\"a\",\"input\":\"b\"}; body: not well-formed JSON at line 1, column 21",
                "[];                            body: not an object (expected: a JSON object)",
                "'';                            body: not an object (expected: a JSON object)",
            })
    void aBodyThatIsNoJsonObjectIsRefusedWithoutEchoingIt(String body, String message) throws Exception {
        HttpResponse<String> response = post("/v1/embeddings", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/message").asString()).isEqualTo(message);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedSoThatTheCallerCanReadIt() throws Exception {
        HttpResponse<String> response =
                post("/v1/embeddings", "{\"input\": \"%s\"}".formatted("a".repeat(20 * MAX_BODY)));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(json(response).at("/error/message").asString())
                .isEqualTo("body: too large (expected: at most 65536 bytes)");
    }

    @Test
    void aWrongMethodIsToldTheRightOne() throws Exception {
        HttpResponse<String> response = get("/v1/embeddings");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void thePlainDialectTellsErrorsPlainly() throws Exception {
        HttpResponse<String> response = post("/embed", "{}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("{\"error\":\"texts: missing (expected: an array of strings)\"}");
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        assertThat(get("/v1/embeddings/more").statusCode()).isEqualTo(404);
    }

    @Test
    void aTakenPortIsToldWhenStarting() {
        EmbeddingServiceOptions options =
                EmbeddingServiceOptions.defaults().withPort(service.uri().getPort());

        assertThatThrownBy(() -> EmbeddingService.start(options)).isInstanceOf(BindException.class);
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(service.uri().resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(service.uri().resolve(path)).build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    private static double cosine(JsonNode a, JsonNode b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    private static double dot(JsonNode a, JsonNode b) {
        return IntStream.range(0, a.size())
                .mapToDouble(i -> a.path(i).doubleValue() * b.path(i).doubleValue())
                .sum();
    }
}

package io.inferenceproxy.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.CallEnd;
import io.inferenceproxy.call.CallTrace;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.ContentCall;
import io.inferenceproxy.testing.ScriptedBody;
import io.inferenceproxy.units.DataSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The checks of JSON content in their order; over 300 lines because each has its refusals. */
class JsonFilterTest {

    private static final DataSize MAX = DataSize.ofBytes(100);

    @TempDir
    private Path directory;

    private final List<ProxyCall> passed = new ArrayList<>();
    private final BufferAccount buffers = BufferAccount.boundedBy(1 << 20);
    private ValidateFilter filter = ValidateFilter.forJson(MAX, 4, Optional.empty(), Runnable::run, buffers);

    private CompletableFuture<ProxyResponse> stage(ProxyCall call) {
        return filter.filter(call, next -> {
                    passed.add(next);
                    return CompletableFuture.completedFuture(ProxyResponse.empty(200));
                })
                .toCompletableFuture();
    }

    private ProxyResponse answer(ContentCall call) {
        return stage(call.call()).join();
    }

    private static String text(Body body) {
        return new String(
                BodyCollector.collect(body, 100_000).toCompletableFuture().join(), StandardCharsets.UTF_8);
    }

    private static JsonNode problem(ProxyResponse response) {
        assertThat(response.headers().first("Content-Type")).hasValue("application/problem+json");
        return JsonMapper.shared().readTree(text(response.body()));
    }

    private void assertRefused(ContentCall call, int status, String code) {
        JsonNode problem = problem(answer(call));
        assertThat(problem.path("status").intValue()).isEqualTo(status);
        assertThat(problem.path("code").stringValue()).isEqualTo(code);
        assertThat(passed).isEmpty();
    }

    @Test
    void wellFormedContentGoesOnAsTheVeryBytesThatCame() {
        String content = " {\"a\" : 1.0 }\n";
        ProxyCall call = ContentCall.json(content).call();

        ProxyResponse response = stage(call).join();

        assertThat(response.status()).isEqualTo(200);
        assertThat(text(passed.get(0).request().body())).isEqualTo(content);
        assertThat(passed.get(0).request().body().length()).hasValue(content.length());
        assertThat(call.trace().nanosTo(CallTrace.Mark.VALIDATED)).isPositive();
    }

    @Test
    void contentIsCountedUntilTheCallEnds() {
        ProxyCall call = ContentCall.json("{}").call();

        stage(call).join();
        assertThat(buffers.used()).isEqualTo(2);
        call.end(CallEnd.COMPLETED);

        assertThat(buffers.used()).isZero();
    }

    @Test
    void contentForWhichThereIsNoMoreRoomIsRefusedHalfWay() {
        buffers.reserve(buffers.bound() - 50);
        ScriptedBody body = ScriptedBody.announced(100);
        CompletableFuture<ProxyResponse> stage =
                stage(ContentCall.json("").withBody(body).call());
        body.send(new byte[20]);

        JsonNode problem = problem(stage.join());

        assertThat(problem.path("status").intValue()).isEqualTo(503);
        assertThat(problem.path("code").stringValue()).isEqualTo("overloaded");
        assertThat(body.isCancelled()).isTrue();
        assertThat(buffers.used()).isEqualTo(buffers.bound() - 50);
    }

    @Test
    void aRefusedCallIsNotMarkedAsValidated() {
        ProxyCall call = ContentCall.json("{").call();

        stage(call).join();

        assertThat(call.trace().nanosTo(CallTrace.Mark.VALIDATED)).isZero();
        assertThat(call.trace().problem()).isEqualTo("malformed-json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "application/json; charset=UTF-8",
                "application/json;charset=\"utf-8\"",
                "application/vnd.example.v1+json",
                "application/ld+json; profile=\"x\""
            })
    void jsonMediaTypesPass(String type) {
        assertThat(answer(ContentCall.json("{}").withHeaders("Content-Type", type))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
                "json",
                "",
                "application/json, text/plain",
                "application/json; charset=utf-16",
                "multipart/form-data; boundary=x"
            })
    void otherMediaTypesAreRefused(String type) {
        assertRefused(ContentCall.json("{}").withHeaders("Content-Type", type), 415, "unsupported-media-type");
    }

    @Test
    void noMediaTypeOrTwoAreRefused() {
        assertRefused(ContentCall.json("{}").withHeaders(), 415, "unsupported-media-type");
        assertRefused(
                ContentCall.json("{}")
                        .withHeaders("Content-Type", "application/json", "content-type", "application/json"),
                415,
                "unsupported-media-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "br", "identity, gzip", "zstd", ""})
    void codedContentIsRefusedUnread(String coding) {
        ScriptedBody body = ScriptedBody.chunked();

        assertRefused(
                ContentCall.json("")
                        .withHeaders("Content-Type", "application/json", "Content-Encoding", coding)
                        .withBody(body),
                415,
                "unsupported-media-type");
        assertThat(body.isRead()).isFalse();
    }

    @Test
    void theCodingIdentityIsNone() {
        assertThat(answer(ContentCall.json("{}")
                                .withHeaders("Content-Type", "application/json", "Content-Encoding", "Identity"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theMediaTypeIsCheckedBeforeTheSizeAndTheSizeBeforeTheJson() {
        ContentCall large = ContentCall.json("{".repeat(200));

        assertRefused(large.withHeaders("Content-Type", "text/plain"), 415, "unsupported-media-type");
        assertRefused(large, 413, "body-too-large");
    }

    @Test
    void contentThatSaysItIsTooLargeIsRefusedUnread() {
        ScriptedBody body = ScriptedBody.announced(101);

        assertRefused(ContentCall.json("").withBody(body), 413, "body-too-large");
        assertThat(body.isRead()).isFalse();
    }

    @Test
    void contentUpToTheLimitPasses() {
        assertThat(answer(ContentCall.json("\"" + "x".repeat(98) + "\"")).status())
                .isEqualTo(200);
        assertRefusedAsTooLarge("\"" + "x".repeat(99) + "\"");
    }

    private void assertRefusedAsTooLarge(String content) {
        assertThat(problem(answer(ContentCall.json(content))).path("detail").stringValue())
                .isEqualTo("The body has more than 100B.");
    }

    @Test
    void chunkedContentIsRefusedAsSoonAsItIsTooLarge() {
        ScriptedBody body = ScriptedBody.chunked();
        CompletableFuture<ProxyResponse> stage =
                stage(ContentCall.json("").withBody(body).call());
        body.send(new byte[60]);
        assertThat(stage).isNotDone();

        body.send(new byte[60]);

        assertThat(stage.join().status()).isEqualTo(413);
        assertThat(body.isCancelled()).isTrue();
        assertThat(body.held()).isZero();
        assertThat(passed).isEmpty();
    }

    @Test
    void chunkedContentGoesOnWithItsLength() {
        ScriptedBody body = ScriptedBody.chunked();
        CompletableFuture<ProxyResponse> stage =
                stage(ContentCall.json("").withBody(body).call());
        body.send("{\"a\"".getBytes(StandardCharsets.UTF_8));
        body.send(":1}".getBytes(StandardCharsets.UTF_8));

        body.end();

        assertThat(stage.join().status()).isEqualTo(200);
        assertThat(passed.get(0).request().body().length()).hasValue(7);
        assertThat(body.held()).isZero();
    }

    @Test
    void aBodyThatBreaksOffFailsTheStageWithItsCause() {
        IOException reset = new IOException("reset");
        ScriptedBody body = ScriptedBody.announced(50);
        CompletableFuture<ProxyResponse> stage =
                stage(ContentCall.json("").withBody(body).call());
        body.send(new byte[10]);

        body.breakOff(reset);

        assertThat(stage.handle((response, failure) -> failure.getCause()).join())
                .isSameAs(reset);
        assertThat(passed).isEmpty();
        assertThat(body.held()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS", "REPORT"})
    void methodsWithoutContentPass(String method) {
        ProxyCall call =
                ContentCall.post(new byte[0]).withHeaders().withMethod(method).call();

        assertThat(stage(call).join().status()).isEqualTo(200);
        assertThat(passed).containsExactly(call);
        assertThat(call.trace().nanosTo(CallTrace.Mark.VALIDATED)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE"})
    void contentIsCheckedWhateverTheMethod(String method) {
        assertRefused(ContentCall.json("{").withMethod(method), 400, "malformed-json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH"})
    void methodsWithContentNeedIt(String method) {
        assertRefused(ContentCall.json("").withMethod(method), 400, "malformed-json");
    }

    @Test
    void malformedJsonIsToldWithItsPlaceAndNotRepeated() {
        ProxyResponse response = answer(ContentCall.json("{\n \"password\": hunter2}"));

        String text = text(response.body());
        JsonNode problem = JsonMapper.shared().readTree(text);
        assertThat(response.status()).isEqualTo(400);
        assertThat(problem.path("line").intValue()).isEqualTo(2);
        assertThat(problem.path("column").intValue()).isEqualTo(14);
        assertThat(problem.path("detail").stringValue())
                .isEqualTo("The body is not well-formed JSON: line 2, column 14");
        assertThat(text).doesNotContain("hunter2").doesNotContain("password");
    }

    @Test
    void nestingPastTheBoundIsMalformed() {
        assertRefused(ContentCall.json("[[[[[]]]]]"), 400, "malformed-json");
    }

    @Test
    void contentThatDoesNotFollowTheSchemaIsToldPlaceByPlace() throws IOException {
        Path file = Files.writeString(
                directory.resolve("s.json"),
                "{\"required\": [\"text\"], \"properties\": {\"age\": {\"type\": \"integer\"}}}");
        filter = ValidateFilter.forJson(MAX, 4, Optional.of(BodySchema.load(file)), Runnable::run, buffers);

        ProxyResponse response = answer(ContentCall.json("{\"age\": \"hunter2\"}"));

        String text = text(response.body());
        JsonNode problem = JsonMapper.shared().readTree(text);
        assertThat(response.status()).isEqualTo(422);
        assertThat(problem.path("code").stringValue()).isEqualTo("schema-violation");
        assertThat(problem.path("errors").toString())
                .contains("{\"pointer\":\"#/age\",\"detail\":\"must be of type integer\"}")
                .contains("{\"pointer\":\"#\",\"detail\":\"must have the member text\"}");
        assertThat(problem.path("detail").stringValue()).endsWith("(and 1 more)");
        assertThat(text).doesNotContain("hunter2");
    }

    @Test
    void contentThatFollowsTheSchemaGoesOn() throws IOException {
        Path file = Files.writeString(directory.resolve("s.json"), "{\"type\": \"object\"}");
        filter = ValidateFilter.forJson(MAX, 4, Optional.of(BodySchema.load(file)), Runnable::run, buffers);

        assertThat(answer(ContentCall.json("{\"a\": 1}")).status()).isEqualTo(200);
        assertThat(text(passed.get(0).request().body())).isEqualTo("{\"a\": 1}");
    }

    @Test
    void largeContentIsCheckedByTheWorkers() {
        List<Runnable> handedOver = new ArrayList<>();
        filter = ValidateFilter.forJson(DataSize.ofMegabytes(1), 4, Optional.empty(), handedOver::add, buffers);
        CompletableFuture<ProxyResponse> stage =
                stage(ContentCall.json("\"" + "x".repeat(100_000) + "\"").call());
        assertThat(stage).isNotDone();

        handedOver.get(0).run();

        assertThat(stage.join().status()).isEqualTo(200);
    }

    @Test
    void largeContentIsRefusedWhileTheWorkersAreBusy() {
        filter = ValidateFilter.forJson(
                DataSize.ofMegabytes(1),
                4,
                Optional.empty(),
                task -> {
                    throw new RejectedExecutionException();
                },
                buffers);

        ProxyResponse response = answer(ContentCall.json("\"" + "x".repeat(100_000) + "\""));

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers().first("Retry-After")).hasValue("1");
    }
}

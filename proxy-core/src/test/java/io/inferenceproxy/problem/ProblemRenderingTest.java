package io.inferenceproxy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.FakeCall;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ProblemRenderingTest {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static ProxyCall call(ApiStyle style) {
        return FakeCall.of("GET", "/").in(style).arrived();
    }

    private static String body(Problem problem, ProxyCall call) {
        ProxyResponse response = problem.toResponse(call);
        byte[] bytes = BodyCollector.collect(response.body(), 1 << 20)
                .toCompletableFuture()
                .join();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String details(Problem problem) {
        return body(problem, call(ApiStyle.NATIVE));
    }

    @Test
    void theMembersStandInThisOrder() {
        ProxyCall call = call(ApiStyle.NATIVE);

        String body = body(Problem.of(ProblemType.BODY_TOO_LARGE, "The body has more than 1MB."), call);

        assertThat(body)
                .isEqualTo("{\"type\":\"" + call.problemBase()
                        + "body-too-large\",\"title\":\"Body too large\",\"status\":413,"
                        + "\"detail\":\"The body has more than 1MB.\",\"instance\":\"urn:request:" + call.id()
                        + "\",\"requestId\":\"" + call.id() + "\",\"code\":\"body-too-large\"}");
    }

    @Test
    void theOtherDialectsHaveTheirOwn() {
        Problem problem = Problem.of(ProblemType.RATE_LIMITED, "Wait.").withMember("more", 1);

        assertThat(body(problem, call(ApiStyle.OPENAI)))
                .isEqualTo("{\"error\":{\"message\":\"Wait.\",\"type\":\"rate_limit_error\",\"param\":null,"
                        + "\"code\":\"rate-limited\"}}");
        assertThat(body(problem, call(ApiStyle.OIP))).isEqualTo("{\"error\":\"Wait.\"}");
    }

    @ParameterizedTest
    @EnumSource(ProblemType.class)
    void eachTypeIsToldInTheWordsOfTheList(ProblemType type) {
        ProxyCall call = call(ApiStyle.NATIVE);
        ObjectNode expected = NODES.objectNode()
                .put("type", call.problemBase() + type.slug())
                .put("title", type.title())
                .put("status", type.status())
                .put("detail", type.meaning())
                .put("instance", "urn:request:" + call.id())
                .put("requestId", call.id())
                .put("code", type.slug());

        assertThat(JsonMapper.shared().readTree(body(Problem.of(type), call))).isEqualTo(expected);
        assertThat(ProblemRendering.tree(Problem.of(type), ApiStyle.NATIVE, call.problemBase(), call.id()))
                .isEqualTo(expected);
        assertThat(JsonMapper.shared()
                        .readTree(body(Problem.of(type), call(ApiStyle.OPENAI)))
                        .at("/error/message")
                        .stringValue())
                .isEqualTo(type.meaning());
    }

    @Test
    void textsComeBackAsTheyWere() {
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
                text.appendCodePoint(
                        switch (random.nextInt(5)) {
                            case 0 -> random.nextInt(0x20);
                            case 1 -> "\"\\/\u007F".charAt(random.nextInt(4));
                            case 2 -> 0xE000 + random.nextInt(0x1FFF);
                            case 3 -> 0x10000 + random.nextInt(0x100000);
                            default -> random.nextInt(0x900);
                        });
            }

            JsonNode read = JsonMapper.shared().readTree(details(Problem.of(ProblemType.CONFLICT, text.toString())));

            assertThat(read.path("detail").stringValue()).isEqualTo(text.toString());
        }
    }

    @Test
    void halfACharacterIsAQuestionMark() {
        String body = details(Problem.of(ProblemType.CONFLICT, "\uD83D|\uDE00|\uD83D"));

        assertThat(body).contains("\"detail\":\"?|?|?\"");
    }

    @Test
    void membersOfAnyKindAreWritten() {
        ObjectNode member =
                NODES.objectNode().put("pointer", "#/a\"b").put("count", 3).putNull("none");
        member.putArray("all").add(true).add(1.5).add("\u00E9").addArray();

        String body = details(Problem.of(ProblemType.SCHEMA_VIOLATION, "No.")
                .withMember("errors", member)
                .withMember("empty", NODES.objectNode())
                .withMember("line", 7));

        assertThat(body)
                .endsWith(
                        "\"code\":\"schema-violation\",\"errors\":{\"pointer\":\"#/a\\\"b\",\"count\":3,\"none\":null,"
                                + "\"all\":[true,1.5,\"\u00E9\",[]]},\"empty\":{},\"line\":7}");
    }

    @Test
    void aLongDetailIsWholeAndTheNextOneIsNotTouchedByIt() {
        String text = "\u20AC".repeat(30_000);

        JsonNode read = JsonMapper.shared().readTree(details(Problem.of(ProblemType.CONFLICT, text)));
        String after = details(Problem.of(ProblemType.CONFLICT, "short"));

        assertThat(read.path("detail").stringValue()).isEqualTo(text);
        assertThat(after).contains("\"detail\":\"short\"");
    }
}

package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ApiStyle;
import io.inferenceproxy.route.RouteMatch;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.Fault;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a problem looks like on the wire (contract 3.8), in the dialect of its route. */
class ProblemStyleTest {

    @RegisterExtension
    static final ProxyExtension proxy = ProxyExtension.with(builder -> builder.limits()
            .route("chat", RouteOptions.of(RouteMatch.parse("POST /v1/chat")).withStyle(ApiStyle.OPENAI))
            .route("infer", RouteOptions.of(RouteMatch.parse("POST /v2/infer")).withStyle(ApiStyle.OIP)));

    @Test
    void aProblemNamesTheCallAndTheRule() throws Exception {
        RawResponse response = proxy.client()
                .send(RawRequest.post(Wire.INFERENCE)
                        .header("X-Request-Id", "call-1")
                        .json("{}"))
                .readResponse();

        assertThat(response.header("Content-Type")).contains("application/problem+json");
        assertThat(response.text())
                .contains(
                        "\"type\":\"/problems/missing-credentials\"",
                        "\"title\":\"",
                        "\"status\":401",
                        "\"detail\":\"",
                        "\"instance\":\"urn:request:call-1\"",
                        "\"requestId\":\"call-1\"",
                        "\"code\":\"missing-credentials\"");
    }

    @Test
    void aProblemOfTheOpenAiStyleIsAnErrorObject() throws Exception {
        RawResponse response =
                proxy.client().send(RawRequest.post("/v1/chat").json("{}")).readResponse();

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("Content-Type").orElse("")).startsWith("application/json");
        assertThat(response.text())
                .startsWith("{\"error\":{")
                .contains("\"message\":", "\"type\":", "\"param\":", "\"code\":\"missing-credentials\"");
    }

    @Test
    void aProblemOfTheInferenceProtocolIsAnErrorText() throws Exception {
        RawResponse response =
                proxy.client().send(RawRequest.post("/v2/infer").json("{}")).readResponse();

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.text()).matches("\\{\"error\":\"[^\"]+\"}");
    }

    @Test
    void aProblemOfTheContentLeavesTheConnectionAsItIs() throws Exception {
        RawClient client = proxy.client();

        RawResponse malformed =
                client.send(Wire.call(proxy, "{\"a\":1,\n \"secret-word\"}")).readResponse();

        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.text()).contains("\"line\":2", "\"column\":").doesNotContain("secret-word");
        assertThat(malformed.header("Connection")).isEmpty();
        assertThat(client.send(Wire.call(proxy, "{}")).readResponse().status()).isEqualTo(200);
    }

    @Test
    void aProblemOfTheUpstreamLeavesTheClientsConnectionAsItIs() throws Exception {
        proxy.upstream().on("/predict", Fault.CLOSE_WITHOUT_ANSWER, Answer.text("next"));
        RawClient client = proxy.client();

        RawResponse problem = client.send(Wire.call(proxy, "{}")).readResponse();

        assertThat(problem.status()).isEqualTo(502);
        assertThat(problem.header("Connection")).isEmpty();
        assertThat(client.send(Wire.call(proxy, "{}")).readResponse().text()).isEqualTo("next");
    }
}

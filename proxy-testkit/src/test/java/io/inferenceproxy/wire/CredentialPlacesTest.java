package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a token may stand (RFC 6750 section 2), and what is said of one that is missing or bad (section 3). */
class CredentialPlacesTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    private static final String CHALLENGE = "Bearer realm=\"inference-proxy\"";

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "?access_token=TOKEN | A: b",
                "?token=TOKEN | A: b",
                "| Cookie: access_token=TOKEN",
                "| Proxy-Authorization: Bearer TOKEN",
                "| Authentication: Bearer TOKEN",
                "| X-Authorization: Bearer TOKEN",
                "| Authorization: Basic TOKEN",
                "| Authorization: Token TOKEN",
                "| Authorization: TOKEN",
                "| Authorization: BearerTOKEN",
                "| Authorization:",
                "| A: b"
            })
    void aTokenElsewhereIsNone(String place) throws Exception {
        String[] parts = place.replace("TOKEN", proxy.token("alice")).split("\\|", -1);
        String request = "POST /api/inference" + parts[0].strip() + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\n" + parts[1].strip() + "\r\nContent-Length: 2\r\n\r\n{}";

        RawResponse response = proxy.client().send(request).readResponse();

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().all("WWW-Authenticate")).containsExactly(CHALLENGE);
        assertThat(response.text()).contains("\"code\":\"missing-credentials\"");
        Wire.assertProblem(response);
        Wire.assertNothingForwarded(proxy);
    }

    @Test
    void aTokenInAFormIsNone() throws Exception {
        RawRequest form = RawRequest.post(Wire.INFERENCE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body("access_token=" + proxy.token("alice"));

        assertThat(proxy.client().send(form).readResponse().status()).isEqualTo(401);
        Wire.assertNothingForwarded(proxy);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Authorization: Bearer TOKEN\r\nAuthorization: Bearer OTHER",
                "Authorization: Bearer TOKEN\r\nAuthorization: Basic YTpi",
                "Authorization: Bearer TOKEN\r\nX-API-Key: ipx_a_b",
                "Authorization: Bearer x\r\nX-API-Key: TOKEN"
            })
    void twoCredentialsThatDifferAreAConflict(String fields) throws Exception {
        RawResponse response = answerTo(fields);

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).contains("\"code\":\"conflicting-credentials\"");
        Wire.assertProblem(response);
        Wire.assertNothingForwarded(proxy);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Authorization: Bearer TOKEN, Bearer OTHER",
                "Authorization: Bearer TOKEN,",
                "Authorization: Bearer TOKEN OTHER",
                "Authorization: Bearer TOKEN\r\nAuthorization: Bearer TOKEN",
                "Authorization: Bearer \"TOKEN\"",
                "Authorization: Bearer TOKEN.",
                "Authorization: Bearer TOKEN=",
                "Authorization: Bearer Bearer TOKEN",
                "Authorization: Bearer",
                "Authorization: Bearer ",
                "Authorization: Bearer \u00e9",
                "Authorization: Bearer ipx_a_b",
                "X-API-Key: TOKEN",
                "X-API-Key: ipx_a_b"
            })
    void aTokenThatIsNotQuiteOneIsInvalid(String fields) throws Exception {
        RawResponse response = answerTo(fields);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().all("WWW-Authenticate")).containsExactly(CHALLENGE + ", error=\"invalid_token\"");
        Wire.assertProblem(response);
        Wire.assertNothingForwarded(proxy);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Bearer TOKEN",
                "bearer TOKEN",
                "BEARER TOKEN",
                "bEaReR TOKEN",
                "Bearer   TOKEN",
                "Bearer TOKEN  "
            })
    void theSchemeIsTakenInAnyCase(String value) throws Exception {
        assertThat(answerTo("Authorization: " + value).status()).isEqualTo(200);
    }

    @Test
    void refusedTokensLookAlikeWhateverIsWrongWithThem() throws Exception {
        String good = proxy.token("alice");
        String[] parts = good.split("\\.", -1);
        String expired = proxy.token("alice");
        proxy.time().advance(Duration.ofDays(365));
        List<String> bad = List.of(
                "nonsense",
                "a.b.c",
                expired,
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length()),
                "eyJhbGciOiJub25lIn0." + parts[1] + ".",
                "x".repeat(9_000),
                good + ".more.parts");
        RawClient client = proxy.client();
        Set<String> answers = new HashSet<>();
        for (String token : bad) {
            RawResponse response = client.send(RawRequest.post(Wire.INFERENCE)
                            .header("Authorization", "Bearer " + token)
                            .header("X-Request-Id", "same")
                            .json("{}"))
                    .readResponse();
            assertThat(response.raw().latin1()).doesNotContain(token);
            answers.add(response.raw().latin1());
        }

        assertThat(answers).hasSize(1);
        assertThat(answers.iterator().next()).startsWith("HTTP/1.1 401 ").doesNotContain("Exception", "nimbus");
    }

    @Test
    void aCallerWithoutTheRoleIsNotPermitted() throws Exception {
        RawResponse response = proxy.client()
                .send(RawRequest.get(Wire.VAULT).header("Authorization", Wire.bearer(proxy)))
                .readResponse();

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.header("WWW-Authenticate").orElse("")).contains("error=\"insufficient_scope\"");
        Wire.assertNothingForwarded(proxy);
    }

    @Test
    void aCallerWithTheRoleIsLetIn() throws Exception {
        RawResponse response = proxy.client()
                .send(RawRequest.get(Wire.VAULT).header("Authorization", "Bearer " + proxy.token("carol", "keeper")))
                .readResponse();

        assertThat(response.status()).isEqualTo(200);
        assertThat(proxy.upstream().awaitRequest(Wire.SOON).target()).endsWith(Wire.VAULT);
    }

    private static RawResponse answerTo(String fields) throws Exception {
        String filled = fields.replace("TOKEN", proxy.token("alice")).replace("OTHER", proxy.token("bob"));
        Bytes request = Bytes.ofLatin1("POST /api/inference HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\n" + filled + "\r\nContent-Length: 2\r\n\r\n{}");
        return proxy.client().send(request).readResponse();
    }
}

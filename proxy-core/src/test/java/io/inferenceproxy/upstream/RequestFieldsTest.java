package io.inferenceproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.Caller;
import io.inferenceproxy.call.Claims;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.testing.FakeCall;
import io.inferenceproxy.units.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over 300 lines because each rule has its refusals. */
class RequestFieldsTest {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void ordinary_fields_pass_and_ours_are_added() {
        Headers sent = sent(post().with("Content-Type", "application/json")
                .with("Accept-Encoding", "gzip")
                .with("OpenAI-Organization", "o"));

        assertThat(Calls.lines(sent))
                .contains("Content-Type: application/json", "Accept-Encoding: gzip", "OpenAI-Organization: o")
                .contains("Via: 1.1 inference-proxy", "X-Request-Id: call-1")
                .contains("X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: http", "X-Forwarded-Host: proxy.test")
                .startsWith("Host: model.test:9000");
        assertThat(sent.first("traceparent")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-User",
                "x-forwarded-user",
                "X_Forwarded_User",
                "X.Forwarded.User",
                "X-Forwarded-Issuer",
                "x_forwarded_issuer",
                "X-Forwarded-Email",
                "X-Forwarded-Groups",
                "X-Auth-Request-User",
                "Remote_User",
                "Authorization",
                "authorization",
                "X-API-Key",
                "X_API_KEY",
                "Cookie",
                "Proxy-Authorization",
                "Proxy_Authorization",
                "Proxy-Connection",
                "Proxy",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Upgrade",
                "Transfer-Encoding",
                "Transfer_Encoding",
                "Content-Length",
                "Content_Length",
                "Connection",
                "Expect",
                "HTTP2-Settings",
                "X-HTTP-Method-Override",
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-Forwarded-Uri"
            })
    void field_never_crosses_whoever_sends_it(String name) {
        FakeCall call = post().with(name, "evil").with(name, "evil").behindTrustedProxy();

        Headers sent = sent(call);

        assertThat(String.join("\n", Calls.lines(sent))).doesNotContain("evil");
        assertThat(sent.first(name)).isNotEqualTo(Optional.of("evil"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Forwarded",
                "X-Forwarded-For",
                "X-Forwarded-Proto",
                "X-Forwarded-Host",
                "X_Forwarded_For",
                "X-Real-IP",
                "X-Client-IP",
                "True-Client-IP",
                "CF-Connecting-IP",
                "X-Cluster-Client-IP",
                "X-Forwarded-Port",
                "X-Forwarded-Prefix",
                "X-Forwarded-Anything",
                "Client-IP"
            })
    void word_of_an_untrusted_peer_about_the_origin_is_dropped(String name) {
        Headers sent = sent(post().with(name, "203.0.113.7"));

        assertThat(String.join("\n", Calls.lines(sent))).doesNotContain("203.0.113.7");
        assertThat(sent.all("X-Forwarded-For")).containsExactly("192.0.2.1");
    }

    @Test
    void word_of_a_trusted_peer_is_appended_to() {
        Headers sent = sent(post().behindTrustedProxy()
                .from("2001:db8::1")
                .with("X-Forwarded-For", "203.0.113.7")
                .with("X-Forwarded-For", "198.51.100.2")
                .with("X-Forwarded-Proto", "https")
                .with("X-Forwarded-Host", "api.example")
                .with("Forwarded", "for=203.0.113.7")
                .with("X-Real-IP", "203.0.113.7"));

        assertThat(sent.all("X-Forwarded-For")).containsExactly("203.0.113.7, 198.51.100.2, 2001:db8:0:0:0:0:0:1");
        assertThat(sent.all("X-Forwarded-Proto")).containsExactly("https, http");
        assertThat(sent.all("X-Forwarded-Host")).containsExactly("api.example, proxy.test");
        assertThat(sent.all("Forwarded")).containsExactly("for=203.0.113.7, for=\"[2001:db8:0:0:0:0:0:1]\";proto=http");
        assertThat(sent.all("X-Real-IP")).containsExactly("203.0.113.7");
    }

    @Test
    void fields_that_connection_names_end_here() {
        Headers sent = sent(post().with("Connection", "close, x-hop")
                .with("Connection", "Foo,, keep-alive")
                .with("X-Hop", "1")
                .with("foo", "2")
                .with("Bar", "3"));

        assertThat(sent.contains("X-Hop")).isFalse();
        assertThat(sent.contains("Foo")).isFalse();
        assertThat(sent.first("Bar")).hasValue("3");
    }

    @Test
    void naming_our_fields_in_connection_does_not_remove_them() {
        Headers sent = sent(
                post().by("alice")
                        .with(
                                "Connection",
                                "close, X-Forwarded-User, X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, Via,"
                                        + " Host, X-Request-Id, traceparent, Authorization, Content-Length"),
                UpstreamOptions.DEFAULT.withHeaders(Map.of("Authorization", Secret.of("Bearer model-key"))));

        for (String name : List.of(
                "X-Forwarded-User",
                "X-Forwarded-For",
                "X-Forwarded-Proto",
                "X-Forwarded-Host",
                "Via",
                "Host",
                "X-Request-Id",
                "traceparent",
                "Authorization")) {
            assertThat(sent.all(name)).as(name).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "alice, alice",
        "alice@example.com, alice@example.com",
        "50%, 50%25",
        "a b, a%20b",
        "Zoë, Zo%C3%AB",
        "😀, %F0%9F%98%80"
    })
    void subject_goes_upstream_as_visible_ascii(String subject, String expected) {
        Headers sent = sent(post().by(subject).with("X-Forwarded-User", "admin"));

        assertThat(sent.all("X-Forwarded-User")).containsExactly(expected);
        assertThat(sent.contains("X-Forwarded-Issuer")).isFalse();
    }

    @Test
    void issuer_of_an_external_caller_goes_upstream() {
        Headers sent = sent(post().by("https://id.example", "alice"));

        assertThat(sent.all("X-Forwarded-Issuer")).containsExactly("https://id.example");
    }

    @Test
    void public_route_has_no_identity_to_tell() {
        Headers sent = sent(post().with("X-Forwarded-User", "admin"));

        assertThat(sent.contains("X-Forwarded-User")).isFalse();
    }

    @Test
    void trace_of_the_client_is_carried_on_with_its_state() {
        Headers sent = sent(post().with("traceparent", TRACE).with("tracestate", "vendor=1"));

        assertThat(sent.all("traceparent"))
                .singleElement()
                .satisfies(trace -> assertThat(trace)
                        .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
                        .isNotEqualTo(TRACE));
        assertThat(sent.all("tracestate")).containsExactly("vendor=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00-zz", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "${jndi:ldap://x}"})
    void state_of_a_trace_that_is_none_is_dropped(String traceparent) {
        Headers sent = sent(post().with("traceparent", traceparent).with("tracestate", "vendor=1"));

        assertThat(sent.all("traceparent")).hasSize(1).doesNotContain(traceparent);
        assertThat(sent.contains("tracestate")).isFalse();
    }

    @Test
    void configured_fields_replace_those_of_the_client() {
        UpstreamOptions options = UpstreamOptions.DEFAULT.withHeaders(
                Map.of("Authorization", Secret.of("Bearer model-key"), "X-Team", Secret.of("ours")));

        Headers sent = sent(post().with("Authorization", "Bearer mine").with("x_team", "theirs"), options);

        assertThat(sent.all("Authorization")).containsExactly("Bearer model-key");
        assertThat(Calls.lines(sent)).contains("X-Team: ours").noneMatch(line -> line.contains("theirs"));
        assertThat(sent.toString()).doesNotContain("model-key");
    }

    @Test
    void configured_host_stands_in_place_of_the_address() {
        Headers sent = sent(post(), UpstreamOptions.DEFAULT.withHeaders(Map.of("host", Secret.of("virtual.test"))));

        assertThat(sent.all("Host")).containsExactly("virtual.test");
        assertThat(sent.first("host")).hasValue("virtual.test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding", "content-length", "X-Forwarded-User", "Connection", "X_Request_Id"})
    void field_that_the_proxy_makes_cannot_be_configured(String name) {
        Map<String, Secret> headers = Map.of(name, Secret.of("x"));

        assertThatThrownBy(() -> UpstreamOptions.DEFAULT.withHeaders(headers))
                .hasMessage("headers: " + name + " (expected: a field that the proxy does not set itself)");
    }

    @Test
    void via_is_added_to_what_stands_there() {
        Headers sent = sent(post().with("Via", "1.1 edge"));

        assertThat(sent.all("Via")).containsExactly("1.1 edge", "1.1 inference-proxy");
    }

    @Test
    void tellsTheUpstreamWhoCallsInTheFieldsThatItWants() {
        IdentityOptions identity = IdentityOptions.DEFAULT
                .withSubject("X-User")
                .withIssuer("")
                .withRoles("X-Roles")
                .withScopes("X-Scopes")
                .withClaims(Map.of("X-Unit", "org.unit", "X-Gone", "missing"))
                .withToken(IdentityTokenOptions.of("Authorization", "model"));
        Caller.Identified caller = new Caller.Identified(
                "https://id.example",
                true,
                "zoë",
                Set.of("b", "a,c"),
                Set.of("write", "read"),
                Instant.MAX,
                Claims.of(Map.of("org.unit", List.of("lab\r\nX-Admin: yes", "ward"))));
        ProxyCall call = post().with("X-User", "admin")
                .with("x_user", "admin")
                .with("X-Roles", "admin")
                .with("X-Unit", "admin")
                .with("X-Gone", "admin")
                .with("X-Forwarded-User", "admin")
                .with("X-Forwarded-Issuer", "admin")
                .with("Authorization", "Bearer theirs")
                .arrived()
                .withCaller(caller)
                .withIdentityToken("ours");

        Headers sent = new RequestFields(
                call,
                new UpstreamGroup("default", UpstreamOptions.DEFAULT.withIdentity(identity)),
                new UpstreamAddress(false, "model.test", 9000, ""));

        assertThat(sent.all("X-User")).containsExactly("zo%C3%AB");
        assertThat(sent.all("x_user")).isEmpty();
        assertThat(sent.all("X-Roles")).containsExactly("a%2Cc,b");
        assertThat(sent.all("X-Scopes")).containsExactly("read write");
        assertThat(sent.all("X-Unit")).containsExactly("lab%0D%0AX-Admin:%20yes,ward");
        assertThat(sent.all("X-Gone")).isEmpty();
        assertThat(sent.all("X-Forwarded-User")).isEmpty();
        assertThat(sent.all("X-Forwarded-Issuer")).isEmpty();
        assertThat(sent.all("Authorization")).containsExactly("Bearer ours");
    }

    @Test
    void identityFieldsOfAnAnonymousCallAreDroppedToo() {
        IdentityOptions identity = IdentityOptions.DEFAULT.withRoles("X-Roles");

        Headers sent = sent(
                post().with("X-Roles", "admin").with("X_Roles", "admin"),
                UpstreamOptions.DEFAULT.withIdentity(identity));

        assertThat(sent.all("X-Roles")).isEmpty();
        assertThat(sent.all("X_Roles")).isEmpty();
    }

    @Test
    void identityFieldsAreNoneThatTheProxyNeedsItself() {
        for (String name :
                List.of("Host", "Content-Length", "X-Request-Id", "Via", "X-Forwarded-For", "a b", "x_user")) {
            assertThatThrownBy(() -> IdentityOptions.DEFAULT.withSubject(name))
                    .hasMessageStartingWith("subject: " + name);
        }
        assertThatThrownBy(() -> IdentityOptions.DEFAULT.withRoles("x-forwarded-user"))
                .hasMessageStartingWith("identity: ");
        assertThatThrownBy(() -> IdentityOptions.DEFAULT.withToken(IdentityTokenOptions.of("X-Token", "")))
                .hasMessageStartingWith("audience: none");
        assertThatThrownBy(() -> UpstreamOptions.DEFAULT
                        .withHeaders(Map.of("Authorization", Secret.of("x")))
                        .withIdentity(IdentityOptions.DEFAULT.withToken(IdentityTokenOptions.of("authorization", "m"))))
                .hasMessage("headers: Authorization (expected: a field that identity does not set)");
    }

    private static FakeCall post() {
        return FakeCall.of("POST", "/api/inference");
    }

    private static Headers sent(FakeCall call) {
        return sent(call, UpstreamOptions.DEFAULT);
    }

    private static Headers sent(FakeCall call, UpstreamOptions options) {
        ProxyCall arrived = call.arrived();
        return new RequestFields(
                arrived, new UpstreamGroup("default", options), new UpstreamAddress(false, "model.test", 9000, ""));
    }
}

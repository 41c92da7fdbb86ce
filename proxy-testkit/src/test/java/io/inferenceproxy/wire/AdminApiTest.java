package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.auth.UsersEditor;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.units.Allowance;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users and keys, managed over HTTP. */
class AdminApiTest {

    private static final String USERS = "/api/admin/users";
    private static final String KEYS = "/api/admin/keys";

    @TempDir
    static Path directory;

    @RegisterExtension
    static final ProxyExtension proxy = ProxyExtension.with(builder -> builder.limits()
            .auth(auth -> auth.withUsersFile(directory.resolve("users.yaml"))
                    .withKeysFile(directory.resolve("keys.jsonl"))
                    .withFailureLimit(Allowance.OFF)));

    @BeforeAll
    static void addRoot() throws IOException {
        UsersEditor.ofFile(directory.resolve("users.yaml")).add("root", Secret.of("correct horse"), List.of("admin"));
        await().atMost(Wire.SOON)
                .untilAsserted(() ->
                        assertThat(send("GET", USERS + "/root", "").status()).isEqualTo(200));
    }

    @Test
    void aUserIsCreatedChangedAndRemoved() throws IOException {
        RawResponse created = send("POST", USERS, "{\"name\":\"ann/e b\",\"password\":\"a good password\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(header(created, "Location")).isEqualTo("/api/admin/users/ann%2Fe%20b");
        assertThat(created.text()).isEqualTo("{\"name\":\"ann/e b\",\"roles\":[],\"enabled\":true}");
        String path = header(created, "Location");
        assertThat(login("ann/e b", "a good password").status()).isEqualTo(200);

        RawResponse changed = send("PATCH", path, "{\"roles\":[\"researcher\"]}", "If-Match", header(created, "ETag"));
        assertThat(changed.status()).isEqualTo(200);
        assertThat(header(changed, "ETag")).isNotEqualTo(header(created, "ETag"));
        assertThat(send("GET", path, "").text()).isEqualTo(changed.text()).contains("researcher");

        assertThat(send("DELETE", path, "").status()).isEqualTo(204);
        assertThat(send("GET", path, "").status()).isEqualTo(404);
        assertThat(login("ann/e b", "a good password").status()).isEqualTo(401);
    }

    @Test
    void aChangeForAnotherStateIsRefused() throws IOException {
        send("POST", USERS, "{\"name\":\"stale\",\"password\":\"a good password\"}");
        String path = USERS + "/stale";
        String tag = header(send("GET", path, ""), "ETag");

        assertThat(send("PATCH", path, "{\"enabled\":true}").status()).isEqualTo(428);
        assertThat(send("PATCH", path, "{\"roles\":[\"a\"]}", "If-Match", "\"other\"")
                        .status())
                .isEqualTo(412);
        assertThat(send("PATCH", path, "{\"roles\":[\"a\"]}", "If-Match", "\"other\", " + tag)
                        .status())
                .isEqualTo(200);
        assertThat(send("PATCH", path, "{\"roles\":[\"b\"]}", "If-Match", tag).status())
                .isEqualTo(412);
        assertThat(send("DELETE", path, "", "If-Match", tag).status()).isEqualTo(412);
        assertThat(send("PATCH", path, "{\"roles\":[\"b\"]}", "If-Match", "*").status())
                .isEqualTo(200);
    }

    @Test
    void aDisabledUserAndOneWithAnotherPasswordLoseWhatTheyHad() throws IOException {
        send("POST", USERS, "{\"name\":\"dora\",\"password\":\"a good password\"}");
        String first = token(login("dora", "a good password"));
        assertThat(me(first)).isEqualTo(200);

        assertThat(send("PUT", USERS + "/dora/password", "{\"password\":\"another password\"}")
                        .status())
                .isEqualTo(204);
        assertThat(me(first)).isEqualTo(401);
        assertThat(login("dora", "a good password").status()).isEqualTo(401);
        String second = token(login("dora", "another password"));
        assertThat(me(second)).isEqualTo(200);

        proxy.time().advance(Duration.ofMillis(1));
        send("PATCH", USERS + "/dora", "{\"enabled\":false}", "If-Match", "*");
        assertThat(me(second)).isEqualTo(401);
        send("PATCH", USERS + "/dora", "{\"enabled\":true}", "If-Match", "*");
        assertThat(me(second)).as("an old token, after the user is back").isEqualTo(401);
        String third = token(login("dora", "another password"));
        proxy.time().advance(Duration.ofMillis(2));
        assertThat(send("DELETE", USERS + "/dora/sessions", "").status()).isEqualTo(204);
        assertThat(me(third)).isEqualTo(401);
    }

    @Test
    void theLastAdminDoesNotGo() throws IOException {
        for (RawResponse refused : List.of(
                send("DELETE", USERS + "/root", ""),
                send("PATCH", USERS + "/root", "{\"enabled\":false}", "If-Match", "*"),
                send("PATCH", USERS + "/root", "{\"roles\":[]}", "If-Match", "*"))) {
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text()).contains("\"code\":\"conflict\"");
        }
        send("POST", USERS, "{\"name\":\"second\",\"password\":\"a good password\",\"roles\":[\"admin\"]}");

        assertThat(send("DELETE", USERS + "/second", "").status()).isEqualTo(204);
        assertThat(send("DELETE", USERS + "/root", "").status()).isEqualTo(409);
    }

    @Test
    void usersAreListedByPages() throws IOException {
        for (int i = 0; i < 3; i++) {
            send("POST", USERS, "{\"name\":\"page" + i + "\",\"password\":\"a good password\"}");
        }

        RawResponse first = send("GET", USERS + "?after=page&limit=2", "");
        RawResponse second = send("GET", USERS + "?limit=1&after=page1", "");

        assertThat(first.text())
                .contains("\"page0\"", "\"page1\"", "\"next\":\"page1\"")
                .doesNotContain("argon2");
        assertThat(second.text()).contains("\"page2\"").doesNotContain("\"page1\"");
    }

    @Test
    void aKeyIsMadeChangedRotatedAndRemoved() throws IOException {
        RawResponse created = send("POST", KEYS, "{\"user\":\"job\",\"scopes\":[\"predict\"],\"ttl\":\"90d\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(header(created, "Cache-Control")).isEqualTo("no-store");
        String key = member(created, "key");
        String path = header(created, "Location");
        assertThat(me(key)).isEqualTo(200);
        assertThat(send("GET", path, "").text()).contains("\"job\"").doesNotContain(key.substring(17));

        String rotated = member(send("POST", path + "/rotate", "{\"grace\":\"1h\"}"), "key");
        assertThat(me(rotated)).isEqualTo(200);
        assertThat(me(key)).isEqualTo(200);

        assertThat(send("PATCH", path, "{\"enabled\":false}", "If-Match", header(created, "ETag"))
                        .status())
                .isEqualTo(412);
        assertThat(send("PATCH", path, "{\"enabled\":false,\"expiresAt\":null}", "If-Match", "*")
                        .text())
                .contains("\"expiresAt\":null");
        assertThat(me(rotated)).isEqualTo(401);
        assertThat(send("GET", KEYS, "").text()).contains(member(created, "id"));
        assertThat(send("DELETE", path, "").status()).isEqualTo(204);
        assertThat(send("DELETE", path, "").status()).isEqualTo(404);
    }

    @Test
    void whatAProgramGotWithAKeyEndsWithIt() throws IOException {
        RawResponse created = send("POST", KEYS, "{\"user\":\"nightly\"}");
        String path = header(created, "Location");
        String first = tokenWith(created);
        assertThat(me(first)).isEqualTo(200);

        send("PATCH", path, "{\"enabled\":false}", "If-Match", "*");
        assertThat(me(first)).isEqualTo(401);
        send("PATCH", path, "{\"enabled\":true}", "If-Match", "*");
        assertThat(me(first)).as("an old token, after the key is back").isEqualTo(401);
        String second = tokenWith(created);
        assertThat(me(second)).isEqualTo(200);
        assertThat(send("DELETE", path, "").status()).isEqualTo(204);

        assertThat(me(second)).isEqualTo(401);
    }

    private static String tokenWith(RawResponse key) throws IOException {
        RawResponse granted = proxy.client()
                .send(RawRequest.post("/oauth2/token")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .body("grant_type=client_credentials&client_id=" + member(key, "id") + "&client_secret="
                                + member(key, "key")))
                .readResponse();
        assertThat(granted.status()).isEqualTo(200);
        return member(granted, "access_token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            nullValues = "NULL",
            value = {
                "POST | /api/admin/users | {} | 400",
                "POST | /api/admin/users | {\"name\":\"x\",\"password\":\"short\"} | 400",
                "POST | /api/admin/users | {\"name\":\"\",\"password\":\"a good password\"} | 400",
                "POST | /api/admin/users | {\"name\":\"x\",\"password\":\"a good password\",\"more\":1} | 400",
                "POST | /api/admin/users | {\"name\":\"root\",\"password\":\"a good password\"} | 409",
                "POST | /api/admin/users | not json | 400",
                "PUT | /api/admin/users | {} | 405",
                "POST | /api/admin/users/root | {} | 405",
                "GET | /api/admin/users/nobody | '' | 404",
                "GET | /api/admin/users/root/secrets | '' | 404",
                "GET | /api/admin/users?limit=0 | '' | 400",
                "GET | /api/admin/users?limit=1001 | '' | 400",
                "POST | /api/admin/keys | {\"user\":\"x\",\"ttl\":\"soon\"} | 400",
                "POST | /api/admin/keys | {\"user\":\"x\",\"scopes\":[\"a b\"]} | 400",
                "POST | /api/admin/keys | {\"user\":\"x\",\"roles\":\"admin\"} | 400",
                "PATCH | /api/admin/keys/123456789abc | {} | 404"
            })
    void whatMakesNoSenseIsRefused(String method, String target, String body, int status) throws IOException {
        RawResponse response = send(method, target, body);

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text()).doesNotContain("a good password");
        Wire.assertProblem(response);
    }

    @Test
    void nobodyElseMayManage() throws IOException {
        RawResponse none = proxy.client().send(RawRequest.get(USERS)).readResponse();
        RawResponse other = proxy.client()
                .send(RawRequest.get(KEYS).header("Authorization", "Bearer " + proxy.token("alice", "researcher")))
                .readResponse();

        assertThat(none.status()).isEqualTo(401);
        assertThat(other.status()).isEqualTo(403);
    }

    @Test
    void theOpenApiDocumentHasIt() throws IOException {
        assertThat(proxy.client()
                        .send(RawRequest.get("/openapi.json"))
                        .readResponse()
                        .text())
                .contains("\"/api/admin/users/{name}/password\"", "\"/api/admin/keys/{id}/rotate\"", "\"/api/logout\"");
    }

    private static RawResponse send(String method, String target, String json, String... fields) throws IOException {
        RawRequest request =
                RawRequest.of(method, target).header("Authorization", "Bearer " + proxy.token("root", "admin"));
        for (int i = 0; i < fields.length; i += 2) {
            request = request.header(fields[i], fields[i + 1]);
        }
        return exchange(json.isEmpty() ? request : request.json(json));
    }

    private static RawResponse login(String name, String password) throws IOException {
        return exchange(RawRequest.post("/api/login")
                .json("{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}"));
    }

    private static int me(String credential) throws IOException {
        return exchange(RawRequest.get("/api/me").header("Authorization", "Bearer " + credential))
                .status();
    }

    private static RawResponse exchange(RawRequest request) throws IOException {
        try (RawClient client = RawClient.connect(proxy.uri())) {
            return client.send(request).readResponse();
        }
    }

    private static String token(RawResponse login) {
        return member(login, "accessToken");
    }

    private static String member(RawResponse response, String name) {
        String start = "\"" + name + "\":\"";
        assertThat(response.text()).contains(start);
        String rest = response.text().substring(response.text().indexOf(start) + start.length());
        return rest.substring(0, rest.indexOf('"'));
    }

    private static String header(RawResponse response, String name) {
        return response.headers().first(name).orElse("");
    }
}

package io.inferenceproxy.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.auth.DatabaseOptions;
import io.inferenceproxy.auth.IdentityStores;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.PasswordOptions;
import io.inferenceproxy.auth.UsersEditor;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two proxies over one PostgreSQL: who is known to one is known to the other, and who is ended at one is ended at both. */
@NullUnmarked // fields are set before each test
class SharedDatabaseTest {

    private static final String PASSWORD = "correct horse battery";
    private static final Duration BOUND = Duration.ofSeconds(WatchedStore.BOUND_SECONDS);

    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private DatabaseOptions database;
    private IdentityStores stores;
    private ProxyServer one;
    private ProxyServer other;

    @BeforeEach
    void open() throws Exception {
        upstream.otherwise(Answer.json("{}"));
        database = DatabaseOptions.DEFAULT
                .withUrl(Postgres.emptyDatabase())
                .withUser("postgres")
                .withPassword(Secret.of("postgres"))
                .withMaxConnections(4);
        stores = IdentityStores.open(database, Runnable::run, Ticker.system());
        new UsersEditor(stores.users(), PasswordOptions.DEFAULT).add("alice", Secret.of(PASSWORD), List.of("admin"));
        one = start();
        other = start();
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        stores.close();
        upstream.close();
    }

    private ProxyServer start() {
        return ProxyServer.builder(ProxyOptions.DEFAULT)
                .upstream(up -> up.withUrls(List.of(upstream.uri())))
                .admin(admin -> admin.withEnabled(false))
                .listen(server -> server.withPort(0).withDrainDelay(Duration.ZERO))
                .auth(auth -> auth.withSecret(Secret.of("a secret of thirty-two bytes or more, for tests")))
                .database(same -> database)
                .start();
    }

    @Test
    void aLoginAtOneIsGoodAtBothAndALogoutEndsItAtBoth() throws IOException {
        String token = login(one).path("accessToken").stringValue();
        assertThat(me(one, token)).isEqualTo(200);
        assertThat(me(other, token)).isEqualTo(200);

        assertThat(send(other, bearing(RawRequest.post("/api/logout"), token)).status())
                .isEqualTo(204);

        assertThat(me(other, token)).isEqualTo(401);
        await().atMost(BOUND).untilAsserted(() -> assertThat(me(one, token)).isEqualTo(401));
    }

    @Test
    void aKeyThatIsMadeElsewhereIsGoodAtOnceAndARevokedOneEndsWithinTheBound() throws IOException {
        KeyIssuer issuer = new KeyIssuer(stores.keys(), Ticker.system());
        var issued = issuer.create(KeyRequest.of("nightly"));
        String key = issued.text().reveal();
        assertThat(me(one, key)).isEqualTo(200);

        stores.keys().remove(issued.key().id());

        await().atMost(BOUND).untilAsserted(() -> assertThat(me(one, key)).isEqualTo(401));
    }

    @Test
    void aUserWhoIsDisabledAtOneIsRefusedAtTheOther() throws IOException {
        new UsersEditor(stores.users(), PasswordOptions.DEFAULT).add("bob", Secret.of(PASSWORD), List.of());
        String token = login(one, "bob").path("accessToken").stringValue();
        String admin = login(one).path("accessToken").stringValue();
        assertThat(me(other, token)).isEqualTo(200);

        RawRequest disabling = RawRequest.of("PATCH", "/api/admin/users/bob")
                .header("If-Match", "*")
                .json("{\"enabled\":false}");
        assertThat(send(one, bearing(disabling, admin)).status()).isEqualTo(200);

        assertThat(me(one, token)).isEqualTo(401);
        await().atMost(BOUND).untilAsserted(() -> assertThat(me(other, token)).isEqualTo(401));
    }

    @Test
    void aRefreshTokenIsGoodForOneOfTheTwo() throws IOException {
        String refresh = login(one).path("refreshToken").stringValue();
        RawRequest request = RawRequest.post("/api/token/refresh").json("{\"refreshToken\":\"" + refresh + "\"}");

        RawResponse first = send(one, request);
        RawResponse second = send(other, request);

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(401);
        String token =
                JsonMapper.shared().readTree(first.text()).path("accessToken").stringValue();
        assertThat(me(other, token))
                .as("of two with one refresh token one is a thief")
                .isEqualTo(401);
    }

    private static JsonNode login(ProxyServer proxy) throws IOException {
        return login(proxy, "alice");
    }

    private static JsonNode login(ProxyServer proxy, String name) throws IOException {
        RawResponse answer = send(
                proxy,
                RawRequest.post("/api/login")
                        .json("{\"username\":\"" + name + "\",\"password\":\"" + PASSWORD + "\"}"));
        assertThat(answer.status()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.text());
    }

    private static int me(ProxyServer proxy, String credentials) throws IOException {
        return send(proxy, bearing(RawRequest.get("/api/me"), credentials)).status();
    }

    private static RawRequest bearing(RawRequest request, String credentials) {
        return request.header("Authorization", "Bearer " + credentials);
    }

    private static RawResponse send(ProxyServer proxy, RawRequest request) throws IOException {
        try (RawClient client = RawClient.connect(proxy.uri())) {
            return client.send(request).readResponse();
        }
    }
}

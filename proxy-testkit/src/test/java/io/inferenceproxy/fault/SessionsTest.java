package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.auth.PasswordOptions;
import io.inferenceproxy.auth.SessionsFile;
import io.inferenceproxy.auth.UsersEditor;
import io.inferenceproxy.auth.WatchedStore;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions over restarts, and beside another process that ends some. */
@NullUnmarked // fields are set before each test
class SessionsTest {

    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path directory;

    private ScriptedUpstream upstream;
    private ProxyServer proxy;

    @BeforeEach
    void open() throws IOException {
        upstream = ScriptedUpstream.start();
        UsersEditor.ofFile(directory.resolve("users.yaml")).add("alice", Secret.of(PASSWORD), List.of("researcher"));
        proxy = start();
    }

    @AfterEach
    void close() {
        proxy.close();
        upstream.close();
    }

    @Test
    void aSessionAndWhatWasRevokedOutliveARestart() throws IOException {
        Tokens kept = login();
        Tokens left = login();
        assertThat(logout(left.access())).isEqualTo(204);

        proxy.close();
        proxy = start();

        assertThat(me(kept.access())).isEqualTo(200);
        assertThat(me(left.access())).isEqualTo(401);
        assertThat(refresh(left).status()).isEqualTo(401);
        Tokens next = Tokens.in(refresh(kept));
        assertThat(me(next.access())).isEqualTo(200);
        assertThat(refresh(kept).status()).isEqualTo(401);
        assertThat(me(next.access())).isEqualTo(401);
    }

    @Test
    void aFailedLoginIsAnsweredByTheClock() throws IOException {
        proxy.close();
        proxy = start(PasswordOptions.DEFAULT);

        long start = System.nanoTime();
        int status = loginWith("a guess").status();

        assertThat(status).isEqualTo(401);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThanOrEqualTo(PasswordOptions.DEFAULT.refuseAfter());
    }

    @Test
    void aUserWhoIsSignedInGoesOnWhileAStrangerTriesTheirName() throws IOException {
        Tokens alice = login();
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            statuses.add(loginWith("a guess").status());
        }

        assertThat(statuses).contains(401).endsWith(429);
        assertThat(me(alice.access())).isEqualTo(200);
        assertThat(me(Tokens.in(refresh(alice)).access())).isEqualTo(200);
    }

    @Test
    void aRevocationByAnotherProcessIsKnownWithinTheBound() throws IOException {
        Tokens tokens = login();
        assertThat(me(tokens.access())).isEqualTo(200);

        SessionsFile.open(sessions(), Ticker.system())
                .revokeUser("alice", Ticker.system().now());

        await().atMost(Duration.ofSeconds(WatchedStore.BOUND_SECONDS))
                .untilAsserted(() -> assertThat(me(tokens.access())).isEqualTo(401));
        assertThat(refresh(tokens).status()).isEqualTo(401);
        assertThat(me(login().access())).isEqualTo(200);
    }

    @Test
    void twoProcessesThatShareTheFileKnowTheSameSessions() throws IOException {
        try (ProxyServer other = start()) {
            Tokens tokens = login();
            assertThat(me(other, tokens.access())).isEqualTo(200);

            await().atMost(Duration.ofSeconds(WatchedStore.BOUND_SECONDS))
                    .untilAsserted(() -> assertThat(SessionsFile.open(sessions(), Ticker.system())
                                    .session(tokens.session()))
                            .isPresent());
            assertThat(logout(tokens.access())).isEqualTo(204);

            await().atMost(Duration.ofSeconds(WatchedStore.BOUND_SECONDS))
                    .untilAsserted(() -> assertThat(me(other, tokens.access())).isEqualTo(401));
        }
    }

    /** One that refuses failed logins at once, so that the other tests need not wait. */
    private ProxyServer start() {
        return start(PasswordOptions.DEFAULT.withRefuseAfter(Duration.ZERO));
    }

    private ProxyServer start(PasswordOptions passwords) {
        return ProxyServer.builder(ProxyOptions.DEFAULT)
                .upstream(up -> up.withUrls(List.of(upstream.uri())))
                .admin(admin -> admin.withEnabled(false))
                .listen(server -> server.withPort(0))
                .auth(auth -> auth.withSecret(Secret.of("a secret of thirty-two bytes or more, for tests"))
                        .withUsersFile(directory.resolve("users.yaml"))
                        .withPasswords(passwords)
                        .withSessions(auth.sessions().withFile(Optional.of(sessions()))))
                .start();
    }

    private Path sessions() {
        return directory.resolve("sessions.jsonl");
    }

    private Tokens login() throws IOException {
        return Tokens.in(loginWith(PASSWORD));
    }

    private RawResponse loginWith(String password) throws IOException {
        return send(
                proxy,
                RawRequest.post("/api/login").json("{\"username\":\"alice\",\"password\":\"" + password + "\"}"));
    }

    private RawResponse refresh(Tokens tokens) throws IOException {
        return send(
                proxy, RawRequest.post("/api/token/refresh").json("{\"refreshToken\":\"" + tokens.refresh() + "\"}"));
    }

    private int logout(String token) throws IOException {
        return send(proxy, RawRequest.post("/api/logout").header("Authorization", "Bearer " + token))
                .status();
    }

    private int me(String token) throws IOException {
        return me(proxy, token);
    }

    private static int me(ProxyServer proxy, String token) throws IOException {
        return send(proxy, RawRequest.get("/api/me").header("Authorization", "Bearer " + token))
                .status();
    }

    private static RawResponse send(ProxyServer proxy, RawRequest request) throws IOException {
        try (RawClient client = RawClient.connect(proxy.uri())) {
            return client.send(request).readResponse();
        }
    }

    /** What a login or a refresh gave. */
    private record Tokens(String access, String refresh) {

        private static final Pattern ACCESS = Pattern.compile("\"accessToken\":\"([^\"]+)\"");
        private static final Pattern REFRESH = Pattern.compile("\"refreshToken\":\"([^\"]+)\"");

        static Tokens in(RawResponse response) {
            assertThat(response.status()).isEqualTo(200);
            return new Tokens(group(ACCESS, response), group(REFRESH, response));
        }

        String session() {
            return refresh.substring(4, 26);
        }

        private static String group(Pattern pattern, RawResponse response) {
            Matcher matcher = pattern.matcher(response.text());
            assertThat(matcher.find()).isTrue();
            return matcher.group(1);
        }
    }
}

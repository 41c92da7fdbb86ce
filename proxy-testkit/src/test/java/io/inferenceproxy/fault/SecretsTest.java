package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.auth.KeyIssuer;
import io.inferenceproxy.auth.KeyRequest;
import io.inferenceproxy.auth.KeysFile;
import io.inferenceproxy.auth.UsersEditor;
import io.inferenceproxy.observe.CallReport;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedUpstream;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.units.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Secrets of all kinds are planted and used, well and badly; none is found in anything that the proxy says. */
class SecretsTest {

    private static final String SIGNING = "planted-signing-secret-of-more-than-32-bytes";
    private static final String UPSTREAM = "planted-upstream-credential";
    private static final String PASSWORD = "planted password of alice";
    private static final String WRONG = "planted wrong password";

    @TempDir
    private Path directory;

    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = logging.getLogger("io.inferenceproxy");
    private final AppenderBase<ILoggingEvent> heard = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage() + " " + event.getKeyValuePairs() + " "
                    + (event.getThrowableProxy() == null
                            ? ""
                            : event.getThrowableProxy().getMessage()));
        }
    };

    @BeforeEach
    void hearAll() {
        upstream.otherwise(Answer.json("{}"));
        heard.setContext(logging);
        heard.start();
        root.setLevel(Level.TRACE);
        root.setAdditive(false);
        root.addAppender(heard);
    }

    @AfterEach
    void hearNoMore() {
        root.detachAppender(heard);
        root.setAdditive(true);
        root.setLevel(null);
        upstream.close();
    }

    @Test
    void nothingOfThemIsSaid() throws Exception {
        UsersEditor.ofFile(directory.resolve("users.yaml")).add("alice", Secret.of(PASSWORD), List.of("admin"));
        String key;
        try (KeysFile keys = KeysFile.open(directory.resolve("keys.jsonl"), Ticker.system())) {
            key = new KeyIssuer(keys, Ticker.system())
                    .create(KeyRequest.of("job"))
                    .text()
                    .reveal();
        }
        List<String> planted = new ArrayList<>(List.of(SIGNING, UPSTREAM, PASSWORD, WRONG, key.substring(17)));
        Queue<CallReport> reports = new ConcurrentLinkedQueue<>();
        try (ProxyServer proxy = ProxyServer.builder(ProxyOptions.DEFAULT)
                .upstream(up -> up.withUrls(List.of(upstream.uri()))
                        .withHeaders(Map.of("Authorization", Secret.of("Bearer " + UPSTREAM))))
                .admin(admin -> admin.withPort(0))
                .listen(server -> server.withPort(0).withDrainDelay(Duration.ZERO))
                .auth(auth -> auth.withSecret(Secret.of(SIGNING))
                        .withUsersFile(directory.resolve("users.yaml"))
                        .withKeysFile(directory.resolve("keys.jsonl")))
                .audit(audit -> audit.withFile(directory.resolve("audit.jsonl")))
                .observer(reports::add)
                .start()) {
            JsonNode granted =
                    JsonMapper.shared().readTree(login(proxy, PASSWORD).text());
            String token = granted.path("accessToken").stringValue();
            String refresh = granted.path("refreshToken").stringValue();
            planted.addAll(List.of(token, signature(token), refresh));

            answered(proxy, RawRequest.get("/api/me").header("Authorization", "Bearer " + token));
            answered(proxy, RawRequest.get("/api/me").header("Authorization", "Bearer " + token + "x"));
            answered(proxy, RawRequest.get("/api/me").header("X-API-Key", key));
            answered(proxy, RawRequest.get("/api/me").header("X-API-Key", key + "x"));
            answered(proxy, RawRequest.get("/api/me?access_token=" + token));
            answered(
                    proxy,
                    RawRequest.get("/api/me")
                            .header("Authorization", "Bearer " + token)
                            .header("X-API-Key", key));
            answered(
                    proxy,
                    RawRequest.post("/api/inference")
                            .header("Authorization", "Bearer " + token)
                            .json("{}"));
            said.add(login(proxy, WRONG).text());
            answered(proxy, RawRequest.post("/api/login").json("{\"username\":\"alice\",\"password\":\"" + PASSWORD));
            RawRequest refreshing =
                    RawRequest.post("/api/token/refresh").json("{\"refreshToken\":\"" + refresh + "\"}");
            JsonNode next =
                    JsonMapper.shared().readTree(send(proxy.uri(), refreshing).text());
            planted.add(next.path("accessToken").stringValue());
            planted.add(next.path("refreshToken").stringValue());
            answered(proxy, refreshing);
            answered(proxy, RawRequest.get("/api/admin/keys").header("Authorization", "Bearer " + token));
            for (String path : List.of("/metrics", "/readyz?verbose", "/livez")) {
                said.add(send(proxy.adminUri().orElseThrow(), RawRequest.get(path))
                        .text());
            }
            for (String path : List.of("/openapi.json", "/docs", "/problems", "/")) {
                said.add(send(proxy.uri(), RawRequest.get(path)).text());
            }
            proxy.told().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        reports.forEach(report -> said.add(report.toString()));
        said.add(Files.readString(directory.resolve("audit.jsonl")));
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                said.add(Files.readString(file));
            }
        }

        assertThat(said).anyMatch(text -> text.contains("refresh-reuse")).hasSizeGreaterThan(20);
        for (String secret : planted) {
            assertThat(said).noneMatch(text -> text.contains(secret));
        }
    }

    private static String signature(String token) {
        return token.substring(token.lastIndexOf('.') + 1);
    }

    private static RawResponse login(ProxyServer proxy, String password) throws IOException {
        return send(
                proxy.uri(),
                RawRequest.post("/api/login").json("{\"username\":\"alice\",\"password\":\"" + password + "\"}"));
    }

    private void answered(ProxyServer proxy, RawRequest request) throws IOException {
        RawResponse answer = send(proxy.uri(), request);
        said.add(answer.status() + " " + answer.headers() + " " + answer.text());
    }

    private static RawResponse send(URI to, RawRequest request) throws IOException {
        try (RawClient client = RawClient.connect(to)) {
            return client.send(request).readResponse();
        }
    }
}

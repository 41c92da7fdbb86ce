package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
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

/**
 * Secrets of all kinds are planted and used, well and badly; none is found in anything that the proxy says.
 *
 * <p>It is over 300 lines because what is planted and where it is used belong together.
 */
class SecretsTest {

    private static final String SIGNING = "planted-signing-secret-of-more-than-32-bytes";
    private static final String UPSTREAM = "planted-upstream-credential";
    private static final String PASSWORD = "planted password of alice";
    private static final String WRONG = "planted wrong password";
    private static final String WRONG_SECRET = "planted-wrong-client-secret";
    private static final String BOBS = "planted password of bob";
    private static final String BOBS_NEXT = "planted next password of bob";
    private static final String FORM = "application/x-www-form-urlencoded";

    @TempDir
    private Path directory;

    private final Queue<String> said = new ConcurrentLinkedQueue<>();
    private final ScriptedUpstream upstream = ScriptedUpstream.start();
    private final LoggerContext logging = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = logging.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Level usual = root.getLevel();
    private final Map<Logger, Level> levels = new HashMap<>();
    private final List<Appender<ILoggingEvent>> usually = new ArrayList<>();
    private final AppenderBase<ILoggingEvent> heard = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            said.add(event.getFormattedMessage() + " " + Arrays.toString(event.getArgumentArray()) + " "
                    + event.getKeyValuePairs() + " "
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        }
    };

    /** With {@code logging.level: trace} all of them speak, libraries too. */
    @BeforeEach
    void hearAll() {
        upstream.otherwise(Answer.json("{}"));
        heard.setContext(logging);
        heard.start();
        root.iteratorForAppenders().forEachRemaining(usually::add);
        usually.forEach(root::detachAppender);
        root.addAppender(heard);
        for (Logger logger : logging.getLoggerList()) {
            if (logger != root && logger.getLevel() != null) {
                levels.put(logger, logger.getLevel());
                logger.setLevel(null);
            }
        }
        root.setLevel(Level.TRACE);
    }

    @AfterEach
    void hearNoMore() {
        root.setLevel(usual);
        levels.forEach(Logger::setLevel);
        root.detachAppender(heard);
        usually.forEach(root::addAppender);
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
            programs(proxy, key, planted);
            administration(proxy, planted);
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

        assertThat(said)
                .anyMatch(text -> text.contains("refresh-reuse"))
                .anyMatch(text -> text.contains("client-failures"))
                .anyMatch(text -> text.contains("user-changed"))
                .anyMatch(text -> text.contains("key-created"))
                .hasSizeGreaterThan(20);
        LoggerFactory.getLogger("some.library").trace("a library is heard");
        assertThat(said).anyMatch(text -> text.startsWith("a library is heard"));
        assertThat(planted).hasSizeGreaterThan(20).allMatch(secret -> secret.length() > 10);
        for (String secret : planted) {
            assertThat(said).noneMatch(text -> text.contains(secret));
        }
    }

    /** What is done at the token endpoint, well and badly. */
    private void programs(ProxyServer proxy, String key, List<String> planted) throws IOException {
        String id = key.split("_", -1)[1];
        JsonNode granted = JsonMapper.shared()
                .readTree(form(proxy, "grant_type=client_credentials&client_id=" + id + "&client_secret=" + key)
                        .text());
        planted.add(granted.path("access_token").stringValue());
        planted.add(signature(granted.path("access_token").stringValue()));
        JsonNode session = JsonMapper.shared().readTree(login(proxy, PASSWORD).text());
        String refresh = session.path("refreshToken").stringValue();
        planted.addAll(List.of(session.path("accessToken").stringValue(), refresh));
        JsonNode next = JsonMapper.shared()
                .readTree(form(proxy, "grant_type=refresh_token&refresh_token=" + refresh)
                        .text());
        planted.add(next.path("access_token").stringValue());
        planted.add(next.path("refresh_token").stringValue());
        for (String bad : List.of(
                "grant_type=client_credentials&client_id=" + id + "&client_secret=" + key + "x",
                "grant_type=client_credentials&client_id=" + key + "&client_secret=" + WRONG_SECRET,
                "grant_type=client_credentials&client_id=" + id + "&client_secret=" + WRONG_SECRET,
                "grant_type=client_credentials&client_secret=" + WRONG_SECRET,
                "grant_type=client_credentials&client_secret=" + WRONG_SECRET + "%zz",
                "grant_type=" + WRONG_SECRET,
                "grant_type=refresh_token&refresh_token=" + WRONG_SECRET,
                "grant_type=refresh_token&refresh_token=" + refresh)) {
            said.add(whole(form(proxy, bad)));
        }
        said.add(whole(send(
                proxy.uri(),
                RawRequest.post("/oauth2/token")
                        .header("Authorization", "Basic " + base64(id + ":" + WRONG_SECRET))
                        .header("Content-Type", FORM)
                        .body("grant_type=client_credentials"))));
        planted.addAll(List.of(WRONG_SECRET, base64(id + ":" + WRONG_SECRET)));
    }

    /** Users and keys are made over HTTP, well and badly. */
    private void administration(ProxyServer proxy, List<String> planted) throws IOException {
        String admin = JsonMapper.shared()
                .readTree(login(proxy, PASSWORD).text())
                .path("accessToken")
                .stringValue();
        planted.addAll(List.of(admin, BOBS, BOBS_NEXT));
        for (String body : List.of(
                "{\"name\":\"bob\",\"password\":\"" + BOBS + "\"}",
                "{\"name\":\"bob\",\"password\":\"" + BOBS + "\"}",
                "{\"name\":\"carol\",\"password\":\"" + BOBS + "\",\"extra\":1}",
                "{\"name\":\"carol\",\"pass\":\"" + BOBS + "\"}",
                "{\"name\":\"carol\",\"password\":[\"" + BOBS + "\"]}",
                "{\"name\":\"carol\",\"password\":\"" + BOBS)) {
            answered(proxy, as(admin, RawRequest.post("/api/admin/users")).json(body));
        }
        for (String body : List.of(
                "{\"password\":\"" + BOBS_NEXT + "\"}", "{\"password\":\"" + BOBS_NEXT + "\u0000\"}", BOBS_NEXT)) {
            answered(
                    proxy,
                    as(admin, RawRequest.of("PUT", "/api/admin/users/bob/password"))
                            .json(body));
        }
        JsonNode made = JsonMapper.shared()
                .readTree(send(
                                proxy.uri(),
                                as(admin, RawRequest.post("/api/admin/keys")).json("{\"user\":\"bob\"}"))
                        .text());
        planted.add(made.path("key").stringValue().substring(17));
        answered(proxy, as(admin, RawRequest.get("/api/admin/keys")));
        answered(proxy, as(admin, RawRequest.get("/api/admin/users")));
    }

    private static RawRequest as(String token, RawRequest request) {
        return request.header("Authorization", "Bearer " + token);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RawResponse form(ProxyServer proxy, String form) throws IOException {
        return send(
                proxy.uri(),
                RawRequest.post("/oauth2/token").header("Content-Type", FORM).body(form));
    }

    private static String whole(RawResponse answer) {
        return answer.status() + " " + answer.headers() + " " + answer.text();
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
        said.add(whole(send(proxy.uri(), request)));
    }

    private static RawResponse send(URI to, RawRequest request) throws IOException {
        try (RawClient client = RawClient.connect(to)) {
            return client.send(request).readResponse();
        }
    }
}

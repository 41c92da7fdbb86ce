package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.ProxyOptions;
import io.inferenceproxy.ReloadReport;
import io.inferenceproxy.limit.LimitCost;
import io.inferenceproxy.limit.LimitKey;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.route.RouteOptions;
import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ScriptedStream;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits that are changed while the proxy serves: no call is lost, and no count. */
class ReloadTest {

    private static RawRequest asAlice() {
        return post("/api/inference").header("Authorization", "Bearer alice");
    }

    private static ProxyOptions limited(Bench bench, String... limits) {
        return named(bench, "per-user", LimitPolicyOptions.DEFAULT.withLimits(limits));
    }

    private static ProxyOptions named(Bench bench, String name, LimitPolicyOptions policy) {
        return bench.proxy.options().withLimits(Map.of(name, policy));
    }

    private static String remaining(RawResponse answer) {
        return answer.header("X-RateLimit-Remaining").orElseThrow();
    }

    @Test
    void underLoadExactlyTheLastQuotaIsAdmittedAndEveryCallIsAnswered() throws Exception {
        AtomicInteger admitted = new AtomicInteger();
        AtomicInteger made = new AtomicInteger();
        try (Bench bench = Bench.start(builder -> builder.limits("10 per hour"))) {
            bench.upstream.otherwise(Answer.json("{}"));
            Queue<RawClient> idle = new ConcurrentLinkedQueue<>();
            Load load = Load.of(8, Integer.MAX_VALUE, number -> {
                RawClient kept = idle.poll();
                RawClient client = kept == null ? bench.connect() : kept;
                int status = client.send(asAlice()).readResponse().status();
                idle.add(client);
                assertThat(status).isIn(200, 429);
                admitted.addAndGet(status == 200 ? 1 : 0);
                made.incrementAndGet();
            });
            for (int quota = 11; quota < 60; quota++) {
                int before = made.get();
                bench.proxy.reload(
                        quota % 2 == 0
                                ? limited(bench, quota + " per hour")
                                : limited(bench, quota + " per hour", "5000 per day"));
                Bench.soon().until(() -> made.get() > before);
            }
            int before = made.get();
            Bench.soon().until(() -> made.get() > before + 200);
            load.stop();
            load.await(Duration.ofSeconds(30));

            for (RawClient client : idle) {
                client.close();
            }
            assertThat(admitted).hasValue(59);
            assertThat(bench.upstream.requestCount()).isEqualTo(59);
        }
    }

    @Test
    void itTellsWhatHoldsWhatIsForgottenAndWhatNeedsARestart() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.limits("10 per hour"));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("{}"));
            assertThat(remaining(client.send(asAlice()).readResponse())).isEqualTo("9");

            ReloadReport quota = bench.proxy.reload(limited(bench, "20 per hour")
                    .withServer(bench.proxy.options().server().withMaxConnections(7)));
            RawResponse kept = client.send(asAlice()).readResponse();
            ReloadReport renamed =
                    bench.proxy.reload(named(bench, "gold", LimitPolicyOptions.DEFAULT.withLimits("5 per hour")));
            RawResponse anew = client.send(asAlice()).readResponse();

            assertThat(quota.changed()).containsExactly("limits.per-user.windows");
            assertThat(quota.forgotten()).isEmpty();
            assertThat(quota.needsRestart()).containsExactly("server.max-connections");
            assertThat(remaining(kept)).isEqualTo("18");
            assertThat(renamed.changed()).containsExactlyInAnyOrder("limits.per-user", "limits.gold");
            assertThat(renamed.forgotten()).containsExactly("per-user");
            assertThat(remaining(anew)).isEqualTo("4");
            assertThat(anew.header("RateLimit-Policy").orElseThrow()).contains("\"gold-hour\";q=5");
        }
    }

    @Test
    void theListOfARouteHoldsAtOnce() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.limits("10 per hour"));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("{}"));
            ProxyOptions options = bench.proxy.options();
            ReloadReport report = bench.proxy.reload(withRoute(options, "inference", RouteOptions::withLimits));

            assertThat(report.changed()).containsExactly("routes.inference.limits");
            assertThat(client.send(asAlice()).readResponse().headers().all("RateLimit"))
                    .isEmpty();
        }
    }

    private static ProxyOptions withRoute(ProxyOptions options, String name, UnaryOperator<RouteOptions> change) {
        Map<String, RouteOptions> routes = new LinkedHashMap<>(options.routes());
        routes.computeIfPresent(name, (same, route) -> change.apply(route));
        return options.withRoutes(routes);
    }

    @Test
    void whatDoesNotGoTogetherChangesNothing() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.limits("10 per hour"));
                RawClient client = bench.connect()) {
            bench.upstream.otherwise(Answer.json("{}"));
            LimitPolicyOptions elsewhere = LimitPolicyOptions.DEFAULT.withLimits("5 per hour");

            assertThatThrownBy(() -> bench.proxy.reload(named(bench, "p", elsewhere.withRoutes(List.of("nowhere")))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("limits.p.routes: nowhere");
            ProxyOptions byModel = named(bench, "p", elsewhere.withKey(LimitKey.parse("model")));
            assertThatThrownBy(() -> bench.proxy.reload(withRoute(byModel, "raw", route -> route.withLimits("p"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("routes.raw.body: any");

            assertThat(remaining(client.send(asAlice()).readResponse())).isEqualTo("9");
        }
    }

    @Test
    void aStreamThatWasBegunBeforeIsSettledAfter() throws Exception {
        LimitPolicyOptions tokens = LimitPolicyOptions.DEFAULT
                .withCost(LimitCost.parse("usage"))
                .withEstimate(100)
                .withLimits("1000 tokens per hour");
        try (Bench bench = Bench.start(builder -> builder.limit("tokens", policy -> tokens));
                RawClient streaming = bench.connect();
                RawClient client = bench.connect()) {
            ScriptedStream stream = ScriptedStream.sse();
            bench.upstream.otherwise(stream, Answer.json("{\"usage\":{\"total_tokens\":5}}"));
            streaming.send(asAlice()).readHead();

            bench.proxy.reload(
                    named(bench, "tokens", tokens.withLimits("2000 tokens per hour", "9000 tokens per day")));
            stream.send("data: {\"usage\":{\"total_tokens\":400}}\n\n");
            stream.end();
            streaming.readRest();

            Bench.soon().until(() -> bench.inFlight() == 0);
            assertThat(client.send(asAlice()).readResponse().header("RateLimit").orElseThrow())
                    .contains("\"tokens-hour\";r=1500;")
                    .contains("\"tokens-day\";r=8500;");
        }
    }

    @Test
    void anOperatorHasItReadAnew() throws Exception {
        AtomicReference<ProxyOptions> file = new AtomicReference<>();
        try (Bench bench = Bench.start(builder -> builder.limits("10 per hour").reloadFrom(file::get));
                RawClient operator = RawClient.connect(bench.admin())) {
            file.set(limited(bench, "30 per hour")
                    .withDocs(bench.proxy.options().docs().withEnabled(false)));

            RawResponse answer = operator.send(reload()).readResponse();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text())
                    .isEqualTo("{\"changed\":[\"limits.per-user.windows\"],\"forgotten\":[],"
                            + "\"needsRestart\":[\"docs.enabled\"]}\n");
            assertThat(bench.reloads("success")).isEqualTo(1);
        }
    }

    @Test
    void whatIsWrongIsToldToTheOperator() throws Exception {
        try (Bench bench = Bench.start(builder -> builder.limits("10 per hour").reloadFrom(() -> {
                    throw new IllegalArgumentException("inference-proxy.yaml:3:5: limits.per-usr: unknown key");
                }));
                RawClient operator = RawClient.connect(bench.admin())) {
            RawResponse answer = operator.send(reload()).readResponse();

            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.text()).contains("\"code\":\"conflict\"", "inference-proxy.yaml:3:5: limits.per-usr");
            assertThat(bench.reloads("failure")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, test, 200", "true, '', 403", "false, test, 404"})
    void thePageIsThereForOperatorsAlone(boolean source, String requestedWith, int status) throws IOException {
        try (Bench bench = Bench.start(builder -> source ? builder.reloadFrom(() -> ProxyOptions.DEFAULT) : builder);
                RawClient operator = RawClient.connect(bench.admin());
                RawClient caller = bench.connect()) {
            RawRequest request = RawRequest.post("/reload").body("");

            assertThat(operator.send(
                                    requestedWith.isEmpty()
                                            ? request
                                            : request.header("X-Requested-With", requestedWith))
                            .readResponse()
                            .status())
                    .isEqualTo(status);
            assertThat(caller.send(reload()).readResponse().status()).isEqualTo(404);
        }
    }

    private static RawRequest reload() {
        return RawRequest.post("/reload").header("X-Requested-With", "test").body("");
    }
}

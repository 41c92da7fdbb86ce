package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.auth.Authentication;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What {@code /metrics} knows, and when. */
class ScrapeTest {

    private static final int CLIENTS = 8;
    private static final int CALLS = 100;

    private final CountDownLatch released = new CountDownLatch(1);

    @Test
    void allCallsThatHaveEndedAreInAScrapeAlsoWhileAnObserverBlocks() throws Exception {
        try (ProxyServer proxy = ProxyServer.inFrontOf("http://127.0.0.1:9")
                .listen(listen -> listen.withPort(0))
                .admin(admin -> admin.withPort(0))
                .authenticator(call -> CompletableFuture.completedFuture(new Authentication.Missing()))
                .observer(report -> hold())
                .start()) {
            URI admin = proxy.adminUri().orElseThrow();
            callFromManySides(proxy.uri());
            await().until(() -> scrape(admin).contains("http_server_active_requests 0.0\n"));

            assertThat(scrape(admin))
                    .containsPattern("http_server_request_duration_seconds_count\\{[^}]*\"/livez\"[^}]*} "
                            + CLIENTS * CALLS + "\n")
                    .contains("inference_proxy_observations_dropped_total 0.0\n");
            released.countDown();
        } finally {
            released.countDown();
        }
    }

    private static void callFromManySides(URI proxy) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(threads.submit(() -> {
                try (RawClient client = RawClient.connect(proxy)) {
                    for (int call = 0; call < CALLS; call++) {
                        client.send(RawRequest.get("/livez")).readResponse();
                    }
                }
                return null;
            }));
        }
        for (Future<?> client : clients) {
            client.get();
        }
        threads.shutdown();
    }

    private static String scrape(URI admin) throws IOException {
        try (RawClient client = RawClient.connect(admin)) {
            return client.send(RawRequest.get("/metrics")).readResponse().text();
        }
    }

    private void hold() {
        try {
            released.await();
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }
}

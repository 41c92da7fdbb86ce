package io.inferenceproxy.redis;

import io.inferenceproxy.testkit.RawClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Many clients that call several proxies at the same time. */
final class Callers {

    private Callers() {}

    /** How many of that many calls by each of so many clients, in turn at all proxies, are answered with 200. */
    static int admitted(List<URI> proxies, int clients, int calls) throws Exception {
        AtomicInteger admitted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                URI proxy = proxies.get(i % proxies.size());
                all.add(threads.submit(() -> {
                    try (RawClient client = RawClient.connect(proxy)) {
                        for (int call = 0; call < calls; call++) {
                            if (Replica.call(client).status() == 200) {
                                admitted.incrementAndGet();
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return admitted.get();
    }
}

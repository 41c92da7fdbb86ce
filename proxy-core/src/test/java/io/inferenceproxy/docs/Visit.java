package io.inferenceproxy.docs;

import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.ArrivedCall;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** An answer of one of the pages. */
record Visit(ProxyResponse response) {

    static Visit of(List<Page> pages, String path, String... headers) {
        Page page = pages.stream()
                .filter(one -> one.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path + ": no such page among " + pages));
        return new Visit(page.handler()
                .handle(new ArrivedCall().of("id", "GET", path, headers))
                .toCompletableFuture()
                .join());
    }

    String text() {
        byte[] bytes = BodyCollector.collect(response.body(), 8 << 20)
                .toCompletableFuture()
                .join();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    String header(String name) {
        return response.headers().first(name).orElse("");
    }
}

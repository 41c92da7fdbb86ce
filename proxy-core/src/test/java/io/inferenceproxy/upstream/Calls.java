package io.inferenceproxy.upstream;

import io.inferenceproxy.http.BodyCollector;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.http.ProxyResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** Short words for the tests of this package. */
final class Calls {

    private Calls() {}

    static UpstreamOptions options(String... urls) {
        return UpstreamOptions.DEFAULT.withUrls(Stream.of(urls).map(URI::create).toList());
    }

    static UpstreamHandler handler(UpstreamClient client, UpstreamGroup group) {
        UpstreamTimeouts timeouts =
                UpstreamTimeouts.of(group.options(), Optional.empty(), Optional.empty(), Optional.empty());
        return new UpstreamHandler(client, group, timeouts, target -> "", false, BufferAccount.boundedBy(1 << 20));
    }

    static ProxyResponse done(CompletionStage<ProxyResponse> stage) {
        if (!stage.toCompletableFuture().isDone()) {
            throw new IllegalStateException("no answer yet");
        }
        return stage.toCompletableFuture().join();
    }

    static String text(ProxyResponse answer) {
        byte[] bytes = BodyCollector.collect(answer.body(), 1 << 20)
                .toCompletableFuture()
                .join();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static List<String> lines(Headers headers) {
        List<String> lines = new ArrayList<>();
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        return lines;
    }
}

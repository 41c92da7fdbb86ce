package io.inferenceproxy.auth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An issuer that answers when the test says so. */
final class ScriptedFetcher implements KeyFetcher {

    private final Deque<CompletableFuture<byte[]>> waiting = new ArrayDeque<>();
    private int fetches;

    @Override
    public CompletionStage<byte[]> fetch(IssuerOptions issuer) {
        fetches++;
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        waiting.add(answer);
        return answer;
    }

    int fetches() {
        return fetches;
    }

    boolean isAsked() {
        return !waiting.isEmpty();
    }

    void answer(String... jwks) {
        answerWith("{\"keys\":[" + String.join(",", jwks) + "]}");
    }

    void answerWith(String json) {
        waiting.remove().complete(json.getBytes(StandardCharsets.UTF_8));
    }

    void fail() {
        waiting.remove().completeExceptionally(new Failure("https://id.example/keys answered 500"));
    }
}

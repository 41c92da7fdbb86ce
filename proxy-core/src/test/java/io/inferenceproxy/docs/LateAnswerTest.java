package io.inferenceproxy.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.testing.ArrivedCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LateAnswerTest {

    private static final Executor FULL = task -> {
        throw new RejectedExecutionException("full");
    };

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int made;

    private FixedAnswer page() {
        made++;
        return FixedAnswer.of("text/plain", "a page");
    }

    private static CompletableFuture<ProxyResponse> ask(LateAnswer answer) {
        ProxyCall call = new ArrivedCall().of("id", "GET", "/page");
        return answer.handle(call).toCompletableFuture();
    }

    @Test
    void itIsMadeByAWorkerWhenItIsFirstAskedFor() {
        LateAnswer answer = new LateAnswer(waiting::add, this::page);
        CompletableFuture<ProxyResponse> first = ask(answer);
        int before = made;

        waiting.remove().run();

        assertThat(before).isZero();
        assertThat(first.join().status()).isEqualTo(200);
    }

    @Test
    void itIsMadeOnceForAllWhoAsk() {
        LateAnswer answer = new LateAnswer(waiting::add, this::page);
        CompletableFuture<ProxyResponse> first = ask(answer);
        CompletableFuture<ProxyResponse> second = ask(answer);
        waiting.forEach(Runnable::run);
        waiting.clear();

        CompletableFuture<ProxyResponse> third = ask(answer);

        assertThat(first.join()).isSameAs(second.join()).isSameAs(third.join());
        assertThat(made).isEqualTo(1);
        assertThat(waiting).isEmpty();
    }

    @Test
    void whereNoWorkerIsFreeItIsNotMadeOnTheThreadOfTheCall() {
        LateAnswer answer = new LateAnswer(FULL, this::page);

        ProxyResponse refused = ask(answer).join();

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers().first("Retry-After")).isPresent();
        assertThat(made).isZero();
    }

    @Test
    void whatFailedIsTriedAgain() {
        Supplier<FixedAnswer> secondTime = () -> {
            if (made++ == 0) {
                throw new IllegalStateException("the first time");
            }
            return FixedAnswer.of("text/plain", "a page");
        };
        LateAnswer answer = new LateAnswer(Runnable::run, secondTime);
        CompletableFuture<ProxyResponse> first = ask(answer);

        CompletableFuture<ProxyResponse> second = ask(answer);

        assertThatThrownBy(first::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(second.join().status()).isEqualTo(200);
    }
}

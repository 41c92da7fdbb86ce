package io.inferenceproxy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.pipeline.ProxyHandler;
import io.inferenceproxy.testing.FakeCall;
import io.inferenceproxy.testing.ScriptedBody;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class RecoverFilterTest {

    private final ProxyCall call = FakeCall.of("GET", "/").arrived();

    private ProxyResponse through(ProxyHandler next) {
        return new RecoverFilter().filter(call, next).toCompletableFuture().join();
    }

    @Test
    void anAnswerPassesWithTheChangesThatWereRegisteredFurtherIn() {
        ProxyResponse answer = through(here -> {
            here.onAnswer(response -> response.withHeader("X-Told", "yes"));
            return CompletableFuture.completedFuture(ProxyResponse.empty(204));
        });

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers().first("X-Told")).hasValue("yes");
    }

    @Test
    void aSurpriseBecomesAProblemWithTheChangesThatWereRegisteredBefore() {
        ProxyResponse failed = through(here -> {
            here.onAnswer(response -> response.withHeader("X-Told", "yes"));
            return CompletableFuture.failedFuture(new CompletionException(new IllegalStateException("secret")));
        });
        ProxyResponse thrown = through(here -> {
            here.onAnswer(response -> response.withHeader("X-Told", "again"));
            throw new IllegalStateException("secret");
        });

        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.headers().first("X-Told")).hasValue("yes");
        assertThat(thrown.status()).isEqualTo(500);
        assertThat(thrown.headers().first("X-Told")).hasValue("again");
        assertThat(call.trace().problem()).isEqualTo("internal-error");
    }

    @Test
    void aProblemCarriedOutOfTheDepthIsTheAnswer() {
        ProxyResponse answer = through(here -> {
            throw new ProblemException(Problem.of(ProblemType.OVERLOADED));
        });

        assertThat(answer.status()).isEqualTo(503);
        assertThat(call.trace().failure()).isNull();
    }

    @Test
    void aChangeThatFailsIsASurpriseAndTheOthersAreMade() {
        ScriptedBody body = ScriptedBody.chunked();
        IllegalStateException surprise = new IllegalStateException("secret");

        ProxyResponse answer = through(here -> {
            here.onAnswer(response -> response.withHeader("X-Told", "yes"));
            here.onAnswer(response -> {
                throw surprise;
            });
            return CompletableFuture.completedFuture(ProxyResponse.empty(200).withBody(body));
        });

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.headers().first("X-Told")).hasValue("yes");
        assertThat(body.isCancelled()).isTrue();
        assertThat(call.trace().failure()).isSameAs(surprise);
    }
}

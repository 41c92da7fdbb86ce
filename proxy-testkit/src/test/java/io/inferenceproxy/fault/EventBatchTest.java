package io.inferenceproxy.fault;

import static io.inferenceproxy.fault.Bench.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an event loop learns of many sockets at once is not taken for news of another that has one of their numbers since. */
class EventBatchTest {

    private static final String HOLD = "hold the loop";

    @Test
    void aConnectionThatIsBeingMadeDoesNotFailOfTheEndOfTheOneBefore() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        List<RawClient> clients = new ArrayList<>();
        try (Bench bench = Bench.start(builder -> builder.authenticator(call -> {
            if (call.request().headers().first("X-Do").filter(HOLD::equals).isPresent()) {
                held.countDown();
                awaitLatch(go);
            }
            return Bench.named(call);
        }))) {
            bench.upstream.otherwise(
                    exchange -> {
                        awaitLatch(answer);
                        Answer.of(204).withConnectionClose().play(exchange);
                        answered.countDown();
                    },
                    Answer.of(204));
            // The connections of clients go to the loops in turn, those to the upstream stay on the loop of the
            // client's.
            int loops = Runtime.getRuntime().availableProcessors();
            RawClient leaving = onLoop(bench, clients, loops);
            RawClient coming = onLoop(bench, clients, loops);
            RawClient holding = onLoop(bench, clients, loops);
            leaving.send(RawRequest.get("/raw"));
            bench.upstream.awaitRequest(SOON);
            holding.send(RawRequest.get("/raw").header("X-Do", HOLD));
            awaitLatch(held);

            // The loop learns of all three at once. The first makes it write to the client that left, and close that
            // one's
            // socket; the second, open another; the third is about the socket that is closed.
            answer.countDown();
            awaitLatch(answered);
            coming.send(RawRequest.get("/raw"));
            leaving.reset();
            go.countDown();

            assertThat(coming.readResponse().status()).isEqualTo(204);
            assertThat(holding.readResponse().status()).isEqualTo(204);
        } finally {
            go.countDown();
            answer.countDown();
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static RawClient onLoop(Bench bench, List<RawClient> clients, int loops) throws Exception {
        for (int turn = 0; turn < loops; turn++) {
            RawClient client = bench.connect().withTimeout(SOON);
            clients.add(client);
            client.send(RawRequest.get("/nowhere")).readResponse(); // so that they are accepted in this order
        }
        return clients.get(clients.size() - 1);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}

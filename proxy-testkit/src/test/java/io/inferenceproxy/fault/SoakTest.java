package io.inferenceproxy.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inferenceproxy.testkit.Answer;
import io.inferenceproxy.testkit.BodyFraming;
import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.Exchange;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import io.inferenceproxy.testkit.ReceivedRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Ten thousand calls of all kinds, 64 at a time: no wrong answer, no leak, no stuck call. */
class SoakTest {

    private static final int CALLS = 10_000;
    private static final int AT_ONCE = 64;
    private static final int LARGEST = 1 << 20;
    private static final List<Integer> STATUSES =
            List.of(200, 200, 200, 200, 201, 202, 204, 400, 404, 422, 429, 500, 503);
    private static final byte[] PATTERN = pattern();

    /** What the client does. */
    private enum Manner {
        WHOLE,
        CHUNKED,
        LEAVES_IN_ITS_BODY,
        LEAVES_BEFORE_THE_ANSWER,
        LEAVES_IN_THE_ANSWER
    }

    /**
     * One call, all of which follows from its number and the seed.
     *
     * @param sent how many bytes go up
     * @param status the status that comes back
     * @param received how many bytes come back, in chunks or not
     * @param chunks whether the answer is chunked
     * @param closes whether the upstream closes its connection afterwards
     * @param manner what the client does
     */
    private record Plan(int sent, int status, int received, boolean chunks, boolean closes, Manner manner) {

        static Plan of(long seed, int number) {
            Random random = new Random(seed * 1_000_003 + number);
            int dice = random.nextInt(100);
            Manner manner =
                    dice < 70 ? Manner.WHOLE : dice < 91 ? Manner.CHUNKED : Manner.values()[2 + random.nextInt(3)];
            int status = STATUSES.get(random.nextInt(STATUSES.size()));
            return new Plan(
                    size(random),
                    status,
                    status == 204 ? 0 : size(random),
                    random.nextBoolean() && status != 204,
                    random.nextInt(50) == 0,
                    manner);
        }

        private static int size(Random random) {
            int dice = random.nextInt(1000);
            if (dice < 100) {
                return 0;
            }
            int most = dice < 700 ? 1 << 10 : dice < 950 ? 16 << 10 : dice < 995 ? 128 << 10 : LARGEST;
            return most == LARGEST ? LARGEST : 1 + random.nextInt(most);
        }
    }

    @Test
    void tenThousandCallsOfAllKinds() throws Exception {
        long seed = Long.getLong("soak.seed", System.nanoTime() & 0xffff_ffffL);
        System.out.println("soak.seed=" + seed);
        AtomicInteger left = new AtomicInteger();
        Queue<RawClient> idle = new ConcurrentLinkedQueue<>();
        try (Bench bench = Bench.start(builder -> builder.upstream(upstream -> upstream.withMaxInFlight(48)))) {
            bench.upstream.otherwise(exchange -> answer(seed, exchange));
            Load.of(AT_ONCE, CALLS, number -> {
                        Plan plan = Plan.of(seed, number);
                        RawClient kept = idle.poll();
                        RawClient client = kept == null ? bench.connect().withTimeout(Duration.ofSeconds(30)) : kept;
                        if (call(client, number, plan)) {
                            idle.add(client);
                        } else {
                            client.close();
                        }
                        if (plan.manner().ordinal() >= Manner.LEAVES_IN_ITS_BODY.ordinal()) {
                            left.incrementAndGet();
                        }
                    })
                    .await(Duration.ofSeconds(90));

            assertThat(left.get()).isGreaterThan(CALLS / 20);
            assertThat(bench.upstream.violations()).isEmpty();
            await().atMost(Bench.SOON).until(() -> bench.active() == 0);
        } finally {
            for (RawClient client : idle) {
                client.close();
            }
        }
    }

    /** Makes the call; says whether the connection is still good. */
    private static boolean call(RawClient client, int number, Plan plan) throws IOException {
        RawRequest head = RawRequest.post("/raw/" + number);
        Bytes body = content(number, plan.sent());
        int half = plan.sent() / 2;
        if (plan.manner() == Manner.LEAVES_IN_ITS_BODY) {
            client.send(head.header("Content-Length", String.valueOf(plan.sent() + 1))
                    .content(body.slice(0, half)));
            client.reset();
            return false;
        }
        if (plan.manner() == Manner.CHUNKED) {
            client.send(head.header("Transfer-Encoding", "chunked").head());
            sendChunk(client, body.slice(0, half));
            sendChunk(client, body.slice(half, plan.sent()));
            client.send("0\r\n\r\n");
        } else {
            client.send(head.body(body));
        }
        if (plan.manner() == Manner.LEAVES_BEFORE_THE_ANSWER) {
            client.reset();
            return false;
        }
        RawResponse begun = client.readHead();
        assertThat(begun.status()).isEqualTo(plan.status());
        assertThat(begun.header("X-Number")).contains(String.valueOf(number));
        if (plan.manner() == Manner.LEAVES_IN_THE_ANSWER) {
            client.reset();
            return false;
        }
        RawResponse answer = plan.status() == 204 ? begun : client.readRest();
        assertThat(answer.complete()).isTrue();
        assertThat(answer.body().equals(content(~number, plan.received())))
                .as("the answer's body")
                .isTrue();
        return answer.header("Connection").isEmpty();
    }

    private static void sendChunk(RawClient client, Bytes chunk) throws IOException {
        if (!chunk.isEmpty()) {
            client.send(Bytes.ofLatin1(Integer.toHexString(chunk.length()) + "\r\n")
                    .plus(chunk)
                    .plus(Bytes.ofLatin1("\r\n")));
        }
    }

    private static void answer(long seed, Exchange exchange) throws IOException, InterruptedException {
        ReceivedRequest request = exchange.request();
        int number = Integer.parseInt(request.path().substring("/raw/".length()));
        Plan plan = Plan.of(seed, number);
        if (!request.body().equals(content(number, plan.sent()))) {
            Answer.of(599)
                    .withBody("the body of " + number + " is not what was sent")
                    .play(exchange);
            return;
        }
        Answer answer = Answer.of(plan.status()).withHeader("X-Number", String.valueOf(number));
        Bytes body = content(~number, plan.received());
        if (plan.status() != 204) {
            answer = answer.withBody(body);
        }
        if (plan.chunks() && plan.received() > 0) {
            answer = answer.withFraming(BodyFraming.CHUNKED);
        }
        (plan.closes() ? answer.withConnectionClose() : answer).play(exchange);
    }

    /** Bytes that differ from call to call. */
    private static Bytes content(int number, int length) {
        int from = Math.floorMod(number, 9973);
        return Bytes.of(Arrays.copyOfRange(PATTERN, from, from + length));
    }

    private static byte[] pattern() {
        byte[] pattern = new byte[LARGEST + 10_000];
        new Random(7).nextBytes(pattern);
        return pattern;
    }
}

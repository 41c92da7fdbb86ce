package io.inferenceproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.inferenceproxy.testkit.Bytes;
import io.inferenceproxy.testkit.ProxyExtension;
import io.inferenceproxy.testkit.RawClient;
import io.inferenceproxy.testkit.RawRequest;
import io.inferenceproxy.testkit.RawResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many callers at once: no answer mixes two of them. */
class ConcurrencyTest {

    @RegisterExtension
    static final ProxyExtension proxy = Wire.proxy();

    private static final int CONNECTIONS = 64;
    private static final int CALLS = 15;

    @Test
    void eachOf64ConnectionsGetsItsOwnAnswersInMixedCalls() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<Callable<Integer>> callers = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                String name = "caller-" + i;
                callers.add(() -> calls(name));
            }
            int answered = 0;
            for (Future<Integer> caller : threads.invokeAll(callers, 30, TimeUnit.SECONDS)) {
                answered += caller.get();
            }

            assertThat(answered).isEqualTo(CONNECTIONS * CALLS);
        } finally {
            threads.shutdownNow();
        }
    }

    private static int calls(String name) throws Exception {
        String bearer = "Bearer " + proxy.token(name);
        RawClient client = proxy.client();
        for (int i = 0; i < CALLS; i++) {
            String mark = name + "-" + i;
            String json = "{\"mark\":\"" + mark + "\",\"fill\":\"" + mark.repeat(i * 40) + "\"}";
            RawRequest call = RawRequest.post(Wire.INFERENCE).header("X-Request-Id", mark);
            RawResponse response = client.send(
                            switch (i % 5) {
                                case 0 -> call.header("Authorization", bearer).json(json);
                                case 1 ->
                                    call.header("Authorization", bearer)
                                            .header("Content-Type", "application/json")
                                            .chunks(json.substring(0, 7), json.substring(7));
                                case 2 -> call.json(json);
                                case 3 ->
                                    RawRequest.post("/files/" + mark)
                                            .header("X-Request-Id", mark)
                                            .body(json);
                                default -> RawRequest.get("/files/" + mark).header("X-Request-Id", mark);
                            })
                    .readResponse();

            assertThat(response.headers().all("X-Request-Id")).containsExactly(mark);
            assertThat(response.status()).isEqualTo(i % 5 == 2 ? 401 : 200);
            if (i % 5 <= 1) {
                assertThat(response.text()).contains("[\"X-Forwarded-User\",\"" + name + "\"]");
            }
            if (i % 5 != 2 && i % 5 != 4) {
                assertThat(response.text()).contains(Bytes.ofUtf8(json).base64());
            }
            if (i % 5 >= 3) {
                assertThat(response.text()).contains("\"target\":\"/predict/files/" + mark + "\"");
            }
        }
        return CALLS;
    }
}

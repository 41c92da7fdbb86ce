package io.inferenceproxy.internal.netty;

import io.inferenceproxy.bench.Calls;
import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.Headers;
import io.inferenceproxy.internal.http1.RequestHead;
import io.inferenceproxy.internal.http1.ResponseHead;
import io.inferenceproxy.internal.http1.ResponseHeads;
import io.inferenceproxy.limit.LimitDecision;
import io.inferenceproxy.limit.LimitHeaders;
import io.inferenceproxy.limit.LimitObserver;
import io.inferenceproxy.limit.LimitPolicies;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RateLimiter;
import io.inferenceproxy.time.Ticker;
import io.inferenceproxy.upstream.UpstreamFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The path of a head through the engine: read, by our scanner and by Netty's decoder, and written, in both directions. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeadBenchmark {

    private static final int LONGEST_HEAD = 16 << 10;
    private static final String TOKEN = "abcdefghijklmnopqrstuvwxyz0123456789._-".repeat(8);
    private static final String REQUEST = "POST /api/inference HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
            + "User-Agent: python-httpx/0.28\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n"
            + "Authorization: Bearer " + TOKEN + "\r\nContent-Type: application/json\r\nContent-Length: 512\r\n\r\n"
            + " ".repeat(512);
    private static final String RESPONSE =
            "HTTP/1.1 200 OK\r\nServer: uvicorn\r\nDate: Mon, 23 Nov 2026 06:00:00 GMT\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 200\r\nConnection: keep-alive\r\n\r\n"
                    + " ".repeat(200);

    private final Messages<RequestHead> requests = new Messages<>();
    private final Messages<ResponseHead> responses = new Messages<>();
    private final ByteBuf request = direct(REQUEST);
    private final ByteBuf response = direct(RESPONSE);
    private final MessageDecoder<RequestHead> requestScanner = Codec.SCANNER.requests(LONGEST_HEAD);
    private final MessageDecoder<RequestHead> requestDecoder = Codec.NETTY.requests(LONGEST_HEAD);
    private final MessageDecoder<ResponseHead> responseScanner = Codec.SCANNER.responses(new ResponseHeads());
    private final MessageDecoder<ResponseHead> responseDecoder = Codec.NETTY.responses(new ResponseHeads());
    private final UpstreamFields upstream = new UpstreamFields();
    private final ProxyCall call;
    private final Headers answered;
    private final LimitDecision decision;

    public HeadBenchmark() {
        Headers sent =
                requests.decoded(Codec.SCANNER.requests(LONGEST_HEAD), request).headers();
        answered = responses
                .decoded(Codec.SCANNER.responses(new ResponseHeads()), response)
                .headers();
        call = Calls.post(sent, new byte[0]).withCaller(Calls.user("alice"));
        RateLimiter limiter = LimitPolicies.of(
                        Map.of("per-user", LimitPolicyOptions.DEFAULT), Ticker.system(), LimitObserver.NONE)
                .limiter();
        decision = limiter.tryAcquire(call);
    }

    /** A request of seven fields and half a kilobyte, by our scanner. */
    @Benchmark
    public RequestHead scanRequest() {
        return requests.decoded(requestScanner, request);
    }

    /** The same by Netty's decoder. */
    @Benchmark
    public RequestHead decodeRequestByNetty() {
        return requests.decoded(requestDecoder, request);
    }

    /** An answer of five fields and 200 bytes, by our scanner. */
    @Benchmark
    public ResponseHead scanResponse() {
        return responses.decoded(responseScanner, response);
    }

    /** The same by Netty's decoder. */
    @Benchmark
    public ResponseHead decodeResponseByNetty() {
        return responses.decoded(responseDecoder, response);
    }

    /** The head that goes to the upstream: what passes of the client's, and ours. */
    @Benchmark
    public int writeUpstreamHead() {
        HeadWriter head = HeadWriter.begin();
        head.requestLine("POST", "/predict");
        head.fields(upstream.of(call));
        head.contentLength(512);
        head.end();
        return head.size();
    }

    /** The head that goes to the client: the upstream's, with the fields of two windows over it. */
    @Benchmark
    public int writeAnswerHead() {
        HeadWriter head = HeadWriter.begin();
        head.statusLine(200);
        head.fields(answered.overlaidWith(LimitHeaders.of(decision.statuses())).with("X-Request-Id", call.id()));
        head.contentLength(200);
        head.end();
        return head.size();
    }

    /** The fields of two windows alone. */
    @Benchmark
    public int writeLimitFields() {
        HeadWriter head = HeadWriter.begin();
        head.fields(LimitHeaders.of(decision.statuses()));
        return head.size();
    }

    private static ByteBuf direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }

    /** Takes one whole message from a buffer that stays as it was. */
    private static final class Messages<H> implements DecodedMessages<H> {

        private @Nullable H head;
        private boolean whole;

        H decoded(MessageDecoder<H> decoder, ByteBuf message) {
            head = null;
            whole = false;
            message.readerIndex(0);
            decoder.decode(message, this);
            H found = head;
            if (found == null || !whole || message.isReadable()) {
                throw new IllegalStateException("the message was not read as one");
            }
            return found;
        }

        @Override
        public boolean wantsMessage() {
            return true;
        }

        @Override
        public void head(H head) {
            this.head = head;
        }

        @Override
        public void content(ByteBuf piece) {
            piece.release();
        }

        @Override
        public void end() {
            whole = true;
        }

        @Override
        public void broken() {
            throw new IllegalStateException("the message was refused");
        }
    }
}

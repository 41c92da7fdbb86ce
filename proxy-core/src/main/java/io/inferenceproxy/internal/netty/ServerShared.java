package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.internal.http1.RequestHead;
import io.inferenceproxy.problem.Problem;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.server.ServerOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What all connections of a listener have in common. */
@SuppressWarnings("FutureReturnValueIgnored") // the callback is what counts
final class ServerShared {

    static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(
            Unpooled.wrappedBuffer("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));

    /** The preferred form of dates (RFC 9110 section 5.6.7). */
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final FrontDoor frontDoor;
    private final ServerOptions options;
    private final Supplier<Instant> clock;
    private final Codec codec;
    private final BufferAccount buffers;
    private final @Nullable ServerTls tls;
    private final Map<EventLoop, LoopScheduler> schedulers = new ConcurrentHashMap<>();
    private volatile Date date = new Date(Long.MIN_VALUE, "", new byte[0]);
    private volatile boolean draining;
    private volatile boolean closed;

    ServerShared(
            FrontDoor frontDoor, ServerOptions options, Supplier<Instant> clock, Codec codec, BufferAccount buffers) {
        this.frontDoor = frontDoor;
        this.options = options;
        this.clock = clock;
        this.codec = codec;
        this.buffers = buffers;
        this.tls = options.tls().isOn() ? ServerTls.open(options) : null;
    }

    FrontDoor frontDoor() {
        return frontDoor;
    }

    /**
     * Hands a call in; what comes of it is told on its event loop.
     *
     * @param problem why the server itself refuses it; null when it does not
     */
    void handle(
            ProxyCall call,
            @Nullable Problem problem,
            EventLoop loop,
            BiConsumer<@Nullable ProxyResponse, @Nullable Throwable> answered) {
        CompletionStage<ProxyResponse> answer =
                problem == null ? frontDoor.handle(call) : frontDoor.refuse(call, problem);
        answer.whenComplete((response, failure) -> {
            if (loop.inEventLoop()) {
                answered.accept(response, failure);
            } else {
                loop.execute(() -> answered.accept(response, failure));
            }
        });
    }

    ServerOptions options() {
        return options;
    }

    /** Where connections count what they hold. */
    BufferAccount buffers() {
        return buffers;
    }

    /** Nothing when connections are plain. */
    @Nullable
    ServerTls tls() {
        return tls;
    }

    /** A decoder for a connection. */
    MessageDecoder<RequestHead> decoder() {
        return codec.requests((int) options.maxHead().bytes());
    }

    LoopScheduler scheduler(EventLoop loop) {
        return schedulers.computeIfAbsent(loop, LoopScheduler::new);
    }

    /** Whether a shutdown has begun: every answer closes its connection. */
    boolean isDraining() {
        return draining;
    }

    void drain() {
        draining = true;
    }

    /** Whether new requests are no longer waited for. */
    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }

    /** The line with the date, made once a second. */
    byte[] dateLine() {
        return now().line;
    }

    /** The date as the value of a field. */
    String date() {
        return now().text;
    }

    private Date now() {
        long second = clock.get().getEpochSecond();
        Date current = date;
        if (current.second != second) {
            String text = IMF_FIXDATE.format(Instant.ofEpochSecond(second));
            current = new Date(second, text, ("Date: " + text + "\r\n").getBytes(StandardCharsets.US_ASCII));
            date = current;
        }
        return current;
    }

    /** A second and the line that says it. */
    private static final class Date {
        private final long second;
        private final String text;
        private final byte[] line;

        Date(long second, String text, byte[] line) {
            this.second = second;
            this.text = text;
            this.line = line;
        }
    }
}

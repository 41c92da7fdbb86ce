package io.inferenceproxy.undertow;

import io.inferenceproxy.ProxyPipeline;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import org.xnio.Options;

/**
 * The proxy as a handler of an Undertow application: the pipeline of {@code ProxyServer}, with the same answers, on
 * Undertow's connections.
 *
 * <pre>{@code
 * ProxyPipeline pipeline = ProxyServer.inFrontOf("http://127.0.0.1:8000/predict")
 *         .listen(server -> server.withBaseUrl("https://shop.example/ai"))
 *         .openPipeline();
 * Undertow.Builder builder = Undertow.builder().addHttpListener(8080, "127.0.0.1");
 * Undertow server = InferenceProxyHandler.recommended(builder)
 *         .setHandler(Handlers.path(ownPages).addPrefixPath("/ai", InferenceProxyHandler.over(pipeline)))
 *         .build();
 * server.start();
 * }</pre>
 *
 * <ol>
 *   <li>It never blocks and never leaves the I/O thread of the connection; a handler in front of it may have dispatched, but
 *       must not have read the body.
 *   <li>Under a prefix the proxy sees the path below it, read from the raw target. {@code server.base-url} should name the
 *       prefix, since links in problems and pages are made from it. Options of the listener (port, timeouts of the head,
 *       connections) are Undertow's to keep; {@link #recommended} sets them. {@code server.body-timeout} and
 *       {@code server.write-timeout} are kept here.
 *   <li>A client that leaves is noticed at once when it speaks HTTP/1 without TLS, its request is complete, and it has sent
 *       nothing of a next one. Otherwise it is noticed when its connection is closed by Undertow, or by the next write that
 *       fails.
 *   <li>Framing that is not clear is refused before a byte of the body is read, whatever Undertow thinks of it. But chunks
 *       are decoded by Undertow, which is lax: bytes that are no digits end a chunk's size, and bytes between a chunk's data
 *       and its line end are skipped. What goes upstream is framed anew, so nothing of that reaches it; behind another proxy
 *       that forwards such chunks unread, prefer {@code ProxyServer}, which refuses them.
 *   <li>What Undertow refuses itself (a head that is too large or not HTTP, a bad {@code Host}) has its short answers, not
 *       problems.
 * </ol>
 *
 * <p>Safe for many threads. The pipeline stays its opener's: stop the server first, then close it.
 */
public final class InferenceProxyHandler implements HttpHandler {

    private static final int MAX_HEAD = 32 << 10;
    private static final int MAX_FIELDS = 200;
    private static final int HEAD_TIMEOUT_MILLIS = 10_000;
    private static final int IDLE_MILLIS = 75_000;
    private static final int STREAMS = 128;
    private static final int BACKLOG = 4096;

    private final ProxyPipeline pipeline;

    private InferenceProxyHandler(ProxyPipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** A handler that hands its requests to this pipeline. */
    public static InferenceProxyHandler over(ProxyPipeline pipeline) {
        return new InferenceProxyHandler(pipeline);
    }

    /**
     * Sets what Undertow leaves open to strangers by default: the size of a head (1 MiB, now 32 KiB) and the time it may take
     * (any, now 10 s), idle connections (75 s), streams of HTTP/2 (any number, now 128) and pushes (none); keeps the target
     * undecoded, answers unbuffered and entities unlimited, which the proxy limits by route. The options hold for all
     * handlers of that server; set your own afterwards. Leave the window of HTTP/2 as it is: Undertow counts a larger one for
     * the connection too, where the client does not know of it, and uploads stall.
     *
     * @return the same builder
     */
    public static Undertow.Builder recommended(Undertow.Builder builder) {
        return builder.setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEAD)
                .setServerOption(UndertowOptions.MAX_HEADERS, MAX_FIELDS)
                .setServerOption(UndertowOptions.MAX_PARAMETERS, MAX_FIELDS)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, HEAD_TIMEOUT_MILLIS)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
                .setServerOption(UndertowOptions.DECODE_URL, false)
                .setServerOption(UndertowOptions.ALLOW_UNESCAPED_CHARACTERS_IN_URL, false)
                .setServerOption(UndertowOptions.ALLOW_UNKNOWN_PROTOCOLS, false)
                .setServerOption(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
                .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
                .setServerOption(UndertowOptions.HTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS)
                .setServerOption(UndertowOptions.HTTP2_SETTINGS_ENABLE_PUSH, false)
                .setSocketOption(Options.BACKLOG, BACKLOG)
                .setSocketOption(Options.TCP_NODELAY, true);
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        IoThread io = new IoThread(exchange.getIoThread());
        exchange.dispatch(
                exchange.isInIoThread() ? SameThreadExecutor.INSTANCE : exchange.getIoThread(),
                () -> MountedExchange.serve(pipeline, exchange, io));
    }
}

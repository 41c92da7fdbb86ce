package io.inferenceproxy.internal.netty;

import io.inferenceproxy.call.ProxyCall;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.ProxyResponse;
import io.inferenceproxy.upstream.UpstreamAddress;
import io.inferenceproxy.upstream.UpstreamClient;
import io.inferenceproxy.upstream.UpstreamRequest;
import io.inferenceproxy.upstream.UpstreamTls;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;

/**
 * HTTP/1.1 to upstreams. The connection lives on the event loop of the client's, where the call came in by this engine;
 * calls from elsewhere get a loop by turns.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the listener is what counts
public final class NettyUpstreamClient implements UpstreamClient {

    private final Transport transport;
    private final WorkerNames names;
    private final Codec codec;
    private final BufferAccount buffers;
    private final Map<EventLoop, LoopPool> pools = new ConcurrentHashMap<>();
    private final Map<UpstreamTls, SslContext> secured = new ConcurrentHashMap<>();

    NettyUpstreamClient(Transport transport, Executor workers, Codec codec, BufferAccount buffers) {
        this.transport = transport;
        this.codec = codec;
        this.buffers = buffers;
        this.names = new WorkerNames(workers);
    }

    @Override
    public CompletionStage<ProxyResponse> exchange(UpstreamRequest request, ProxyCall call) {
        EventLoop loop = call.io() instanceof LoopScheduler ours
                ? ours.loop()
                : transport.loops().next();
        UpstreamExchange exchange = new UpstreamExchange(request, call);
        LoopPool pool = pool(loop);
        if (loop.inEventLoop()) {
            pool.exchange(exchange);
        } else {
            loop.execute(() -> pool.exchange(exchange));
        }
        return exchange.answer();
    }

    @Override
    public CompletionStage<Boolean> probe(UpstreamAddress address, Duration timeout) {
        CompletableFuture<Boolean> usable = new CompletableFuture<>();
        LoopPool pool = pool(transport.loops().next());
        Transport.afterEvents(
                pool.loop(),
                () -> pool.open(address, timeout).addListener((ChannelFuture connecting) -> {
                    connecting.channel().close();
                    usable.complete(connecting.isSuccess());
                }));
        return usable;
    }

    private LoopPool pool(EventLoop loop) {
        LoopPool known = pools.get(loop);
        return known != null ? known : pools.computeIfAbsent(loop, each -> new LoopPool(this, each));
    }

    Transport transport() {
        return transport;
    }

    Codec codec() {
        return codec;
    }

    /** Where connections count what they hold. */
    BufferAccount buffers() {
        return buffers;
    }

    WorkerNames names() {
        return names;
    }

    /** TLS that checks that the certificate is the host's and of an authority that is believed. */
    SslContext tls(UpstreamTls wanted) {
        SslContext made = secured.get(wanted);
        return made != null ? made : secured.computeIfAbsent(wanted, NettyUpstreamClient::made);
    }

    private static SslContext made(UpstreamTls wanted) {
        SslContextBuilder builder = SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
        if (!wanted.authorities().isEmpty()) {
            builder.trustManager(wanted.authorities());
        }
        wanted.own().ifPresent(own -> builder.keyManager(own.key(), own.chain()));
        try {
            return builder.build();
        } catch (SSLException unusable) {
            throw new IllegalStateException("TLS towards upstreams cannot be set up", unusable);
        }
    }

    @Override
    public void close() {
        pools.values().forEach(pool -> pool.loop().execute(pool::close));
        names.close();
    }
}

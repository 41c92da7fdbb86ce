package io.inferenceproxy.internal.netty;

import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.server.FrontDoor;
import io.inferenceproxy.server.ServerOptions;
import io.inferenceproxy.time.Scheduler;
import io.inferenceproxy.upstream.UpstreamClient;
import io.inferenceproxy.upstream.UpstreamTls;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The event loops, and what runs on them: listeners and the client for upstreams. */
@SuppressWarnings("FutureReturnValueIgnored") // the loops end in their own time
public final class NettyEngine implements AutoCloseable {

    private final Transport transport;
    private final NettyUpstreamClient upstreams;
    private final Executor workers;
    private final Supplier<Instant> clock;
    private final Codec codec;
    private final BufferAccount buffers;

    private NettyEngine(
            Transport transport,
            NettyUpstreamClient upstreams,
            Executor workers,
            Supplier<Instant> clock,
            Codec codec,
            BufferAccount buffers) {
        this.transport = transport;
        this.upstreams = upstreams;
        this.workers = workers;
        this.clock = clock;
        this.codec = codec;
        this.buffers = buffers;
    }

    /**
     * Starts as many event loops as the machine has processors.
     *
     * @param buffers where connections count what they hold
     */
    public static NettyEngine open(Executor workers, Supplier<Instant> clock, BufferAccount buffers) {
        Transport transport = Transport.open(Runtime.getRuntime().availableProcessors());
        Codec codec = Codec.chosen();
        return new NettyEngine(
                transport, new NettyUpstreamClient(transport, workers, codec, buffers), workers, clock, codec, buffers);
    }

    /** Loads what TLS towards upstreams needs, which blocks: at the start, so that no call does it on an event loop. */
    public void prepareTls(UpstreamTls wanted) {
        upstreams.tls(wanted);
    }

    /** One of the event loops, for what happens now and then; it ends with the engine. */
    public Scheduler scheduler() {
        return new LoopScheduler(transport.loops().next());
    }

    /** The client for upstreams, on the loops of the clients' connections. */
    public UpstreamClient upstreams() {
        return upstreams;
    }

    /**
     * Listens.
     *
     * @throws IOException when the address cannot be had
     */
    public NettyListener listen(FrontDoor frontDoor, ServerOptions options) throws IOException {
        return NettyListener.bind(transport, new ServerShared(frontDoor, options, clock, codec, buffers), workers);
    }

    /** Ends the loops, and all that is left on them. */
    @Override
    public void close() {
        upstreams.close();
        transport.loops().shutdownGracefully(0, 1, TimeUnit.SECONDS);
        try {
            transport.loops().awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

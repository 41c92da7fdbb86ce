package io.inferenceproxy.undertow;

import io.inferenceproxy.ProxyPipeline;
import io.inferenceproxy.testkit.contract.ProxyContract;
import io.netty.util.LeakPresenceDetector;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.function.UnaryOperator;

/**
 * An Undertow on a free port with the handler over a pipeline that it closes with itself; closing fails while a buffer of the
 * upstream's side is alive, or bytes are counted that nobody holds.
 */
final class MountedServer implements ProxyContract.Mounted {

    private final ProxyPipeline pipeline;
    private final Undertow server;
    private final String path;

    private MountedServer(ProxyPipeline pipeline, Undertow server, String path) {
        this.pipeline = pipeline;
        this.server = server;
        this.path = path;
    }

    static MountedServer start(ProxyPipeline pipeline, String path, UnaryOperator<HttpHandler> mount) {
        Undertow server = InferenceProxyHandler.recommended(Undertow.builder())
                .setIoThreads(2)
                .setWorkerThreads(2)
                .addHttpListener(0, "127.0.0.1", mount.apply(InferenceProxyHandler.over(pipeline)))
                .build();
        server.start();
        return new MountedServer(pipeline, server, path);
    }

    void stopServer() {
        server.stop();
    }

    @Override
    public URI uri() {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return URI.create("http://127.0.0.1:" + address.getPort() + path);
    }

    @Override
    public void close() {
        server.stop();
        pipeline.close();
        LeakPresenceDetector.check();
        if (pipeline.buffers().used() != 0) {
            throw new AssertionError(
                    "bytes that are still counted: " + pipeline.buffers().used());
        }
    }
}

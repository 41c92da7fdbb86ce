package io.inferenceproxy.examples.undertow;

import io.inferenceproxy.ProxyPipeline;
import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.undertow.InferenceProxyHandler;
import io.inferenceproxy.units.Secret;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.InetSocketAddress;
import java.net.URI;

/** An application with a page of its own, and a model behind the proxy under {@code /ai}. */
public final class ShopApplication implements AutoCloseable {

    private static final String PAGE = "<!doctype html><title>Shop</title><h1>Shop</h1>"
            + "<p>Recommendations come from <code>POST /ai/api/inference</code>; see <a href=\"/ai/docs\">the API</a>.";

    private final ProxyPipeline pipeline;
    private final Undertow server;

    private ShopApplication(ProxyPipeline pipeline, Undertow server) {
        this.pipeline = pipeline;
        this.server = server;
    }

    /**
     * Starts it on loopback.
     *
     * @param port 0 for any free one
     * @param model the URL of the model
     * @param secret what tokens are signed with
     */
    public static ShopApplication start(int port, URI model, Secret secret) {
        ProxyPipeline pipeline = ProxyServer.inFrontOf(model.toString())
                .auth(auth -> auth.withSecret(secret))
                .limits("50 per hour", "200 per day")
                .listen(server -> server.withBaseUrl("http://127.0.0.1:" + port + "/ai"))
                .openPipeline();
        HttpHandler pages = ShopApplication::page;
        Undertow server = InferenceProxyHandler.recommended(Undertow.builder())
                .addHttpListener(port, "127.0.0.1")
                .setHandler(Handlers.path(pages).addPrefixPath("/ai", InferenceProxyHandler.over(pipeline)))
                .build();
        server.start();
        return new ShopApplication(pipeline, server);
    }

    private static void page(HttpServerExchange exchange) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/html; charset=utf-8");
        exchange.getResponseSender().send(PAGE);
    }

    /** Where it is reached. */
    public URI uri() {
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
        return URI.create("http://127.0.0.1:" + address.getPort());
    }

    /** The server first, so that no call is on its way when the pipeline goes. */
    @Override
    public void close() {
        server.stop();
        pipeline.close();
    }

    /** Takes the URL of the model; the secret is in {@code JWT_SECRET_KEY}. */
    public static void main(String[] args) {
        URI model = URI.create(args.length > 0 ? args[0] : "http://127.0.0.1:8000/predict");
        ShopApplication application = start(8080, model, Secret.fromEnvironment("JWT_SECRET_KEY"));
        Runtime.getRuntime().addShutdownHook(new Thread(application::close));
        System.out.println(application.uri());
    }
}

package io.inferenceproxy.examples.embedding;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A running embedding service on a loopback port; {@link #close()} stops it.
 *
 * <p>{@code POST /v1/embeddings}, {@code GET /v1/models} and {@code GET /v1/models/all-minilm-l6-v2-q} speak the
 * OpenAI dialect; {@code POST /embed} the plain one; {@code GET /health} says that it is up.
 */
public final class EmbeddingService implements AutoCloseable {

    /** Not whatever the JDK takes for loopback, which may be IPv6. */
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    static final String MODELS_PATH = "/v1/models";

    static {
        // The JDK's server takes these as properties of the process alone; what the process was told wins.
        Properties properties = System.getProperties();
        properties.putIfAbsent("sun.net.httpserver.nodelay", "true");
        properties.putIfAbsent("sun.net.httpserver.maxReqTime", "30");
        properties.putIfAbsent("jdk.httpserver.maxConnections", "1000");
    }

    private final HttpServer server;
    private final ExecutorService workers;

    private EmbeddingService(HttpServer server, ExecutorService workers) {
        this.server = server;
        this.workers = workers;
    }

    /**
     * Loads the model, binds the port and starts to serve; takes about a second the first time in a process.
     *
     * @throws IOException if the port cannot be bound
     */
    public static EmbeddingService start(EmbeddingServiceOptions options) throws IOException {
        JsonHandler handler = new JsonHandler(endpoints(options), options.maxBody());
        InetAddress loopback = InetAddress.getByAddress(LOOPBACK);
        HttpServer server = HttpServer.create(new InetSocketAddress(loopback, options.port()), 0);
        server.createContext("/", handler);
        // Its queue is bounded too: by the connections, since each has one call at a time.
        ExecutorService workers = Executors.newFixedThreadPool(options.threads());
        server.setExecutor(workers);
        server.start();
        return new EmbeddingService(server, workers);
    }

    private static Map<String, Endpoint> endpoints(EmbeddingServiceOptions options) {
        TextEmbedder embedder = new TextEmbedder();
        int maxTexts = options.maxTexts();
        OpenAiModel model =
                OpenAiModel.startedAt(ManagementFactory.getRuntimeMXBean().getStartTime() / 1_000);
        return Map.of(
                "/v1/embeddings",
                Endpoint.post(ErrorStyle.OPENAI, new OpenAiEmbeddings(embedder, maxTexts)),
                MODELS_PATH,
                Endpoint.get(ErrorStyle.OPENAI, model.inList()),
                MODELS_PATH + "/" + TextEmbedder.MODEL,
                Endpoint.get(ErrorStyle.OPENAI, model),
                "/embed",
                Endpoint.post(ErrorStyle.PLAIN, new PlainEmbeddings(embedder, maxTexts)),
                "/health",
                Endpoint.get(ErrorStyle.PLAIN, Map.of("status", "ok")));
    }

    /** Where it listens, without a path: {@code http://127.0.0.1:8000}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:%d".formatted(server.getAddress().getPort()));
    }

    /** Stops at once; calls in flight are cut. */
    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}

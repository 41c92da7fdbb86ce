package io.inferenceproxy.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves a {@link TriageModel} over HTTP/1.1 on a free port of the loopback address; a small, plain stand-in for an
 * inference service, without authentication or limits of its own.
 *
 * <ul>
 *   <li>{@code POST /predict} takes {@code {"symptoms":["fever","cough"],"age":34,"top":3}} ({@code age} and {@code top}
 *       may be left out; {@code top} is 3 then) or an array of 1 to 32 such objects, and answers 200 with
 *       {@code {"predictions":[{"condition":"influenza","probability":0.62}, …],"model":"triage-nb","disclaimer":"…"}},
 *       or an array of these in the same order. Probabilities are rounded to four places.
 *   <li>{@code GET /health} answers 200 with {@code {"status":"ok","model":"triage-nb"}}.
 *   <li>All else is {@code {"error":"…","details":["…"]}} with 400 (details name each place that is wrong), 404, 405 (with
 *       {@code Allow}) or 413 (over 64 KiB).
 * </ul>
 *
 * <p>Four daemon threads serve the calls; a server that is not closed keeps no JVM alive. Safe for use by several threads.
 */
public final class TriageServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TriageServer.class.getName());
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int THREADS = 4;
    private static final int MAX_BODY = 64 * 1024;

    private final TriageModel model;
    private final QueryReader reader;
    private final HttpServer server;
    private final ExecutorService threads;

    private TriageServer(TriageModel model, HttpServer server) {
        this.model = model;
        this.reader = new QueryReader(model);
        this.server = server;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "triage");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Trains the bundled model and serves it; see {@link #start(TriageModel)}. */
    public static TriageServer start() {
        return start(TriageModel.bundled());
    }

    /**
     * Serves the model until {@link #close()}; returns when the port is open.
     *
     * @throws UncheckedIOException when no port can be opened
     */
    public static TriageServer start(TriageModel model) {
        // Without it, Nagle's algorithm and delayed acknowledgements hold each answer back for 40 ms on JDK 17. The
        // JDK's
        // server reads it once and has no other way to say it.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0), 0);
            TriageServer server = new TriageServer(model, http);
            http.createContext("/", server::handle);
            http.setExecutor(server.threads);
            // The thread that accepts inherits being a daemon from the one that starts it.
            CompletableFuture.runAsync(http::start, server.threads).join();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("127.0.0.1: no port could be opened", e);
        }
    }

    /** Where it listens, without a path: {@code http://127.0.0.1:PORT}; {@code uri().resolve("/predict")} is the model. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The model that is served. */
    public TriageModel model() {
        return model;
    }

    /** Closes the port and all connections at once; calls in flight are cut off. Idempotent. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            route(exchange);
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        try {
            String path = exchange.getRequestURI().getRawPath();
            if ("/predict".equals(path)) {
                predict(exchange);
            } else if ("/health".equals(path)) {
                health(exchange);
            } else {
                send(exchange, 404, TriageAnswer.error("not found (expected: /predict or /health)", List.of()));
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "triage: a call failed", e);
            if (exchange.getResponseCode() < 0) {
                send(exchange, 500, TriageAnswer.error("the model failed", List.of()));
            }
        }
    }

    private void predict(HttpExchange exchange) throws IOException {
        if (!"POST".equals(exchange.getRequestMethod())) {
            refuseMethod(exchange, "POST");
            return;
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            send(
                    exchange,
                    413,
                    TriageAnswer.error("body too large (expected: at most " + MAX_BODY + " bytes)", List.of()));
            return;
        }
        QueryReading reading = reader.read(body);
        if (reading instanceof QueryReading.One one) {
            send(exchange, 200, TriageAnswer.one(answer(one.query())));
        } else if (reading instanceof QueryReading.Many many) {
            send(
                    exchange,
                    200,
                    TriageAnswer.many(many.queries().stream().map(this::answer).toList()));
        } else if (reading instanceof QueryReading.Refused refused) {
            send(exchange, 400, TriageAnswer.error("the request is not valid", refused.details()));
        }
    }

    private List<TriagePrediction> answer(TriageQuery query) {
        return model.predict(query.symptoms(), query.age(), query.top());
    }

    private static void health(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        if ("GET".equals(method) || "HEAD".equals(method)) {
            send(exchange, 200, TriageAnswer.health());
        } else {
            refuseMethod(exchange, "GET, HEAD");
        }
    }

    private static void refuseMethod(HttpExchange exchange, String allowed) throws IOException {
        exchange.getResponseHeaders().set("Allow", allowed);
        send(exchange, 405, TriageAnswer.error("method not allowed (expected: " + allowed + ")", List.of()));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if ("HEAD".equals(exchange.getRequestMethod())) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}

package io.inferenceproxy.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * An OpenID issuer on loopback: a discovery document, keys that can be rotated, tokens, and bad {@linkplain IssuerMood moods}.
 *
 * <pre>{@code
 * SmallIssuer issuer = SmallIssuer.start(time);
 * builder.auth(auth -> auth.withIssuer("corporate", IssuerOptions.of(issuer.issuer()).withAlgorithms(List.of(ES256))));
 * String token = issuer.token("alice");
 * }</pre>
 *
 * <p>Threads: all methods may be called from any.
 */
public final class SmallIssuer implements AutoCloseable {

    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final String KEYS = "/keys";
    private static final int MEGABYTE = 1 << 20;
    private static final int LIFETIME = 600;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Clock clock;
    private final String algorithm;
    private final List<IssuerKey> published = new CopyOnWriteArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger fetches = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile IssuerMood mood = IssuerMood.HONEST;
    private volatile String further = "";

    private SmallIssuer(HttpServer server, Clock clock, String algorithm) {
        this.server = server;
        this.clock = clock;
        this.algorithm = algorithm;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "small-issuer");
            thread.setDaemon(true);
            return thread;
        });
        published.add(freshKey());
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** One that signs with ES256, on a free port. */
    public static SmallIssuer start(Clock clock) {
        return start(clock, "ES256", 0);
    }

    /**
     * One of its own kind.
     *
     * @param algorithm {@code ES256} or {@code RS256}
     * @param port 0 for a free one
     */
    public static SmallIssuer start(Clock clock, String algorithm, int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            return new SmallIssuer(server, clock, algorithm);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /** What its tokens have as {@code iss}. */
    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Where its keys are. */
    public URI jwksUrl() {
        return URI.create(issuer() + KEYS);
    }

    /** How often its keys were asked for. */
    public int fetches() {
        return fetches.get();
    }

    /** From now on it answers like this. */
    public void become(IssuerMood next) {
        mood = next;
    }

    /** Signs with a fresh key from now on; the ones before stay published. */
    public void rotate() {
        published.add(freshKey());
    }

    /** Publishes no key but the one that signs. */
    public void forgetOldKeys() {
        String signing = signing().id();
        published.removeIf(key -> !key.id().equals(signing));
    }

    /** Publishes this too, JSON Web Keys separated by commas, in front of its own. */
    public void publish(String jwks) {
        further = jwks.isEmpty() ? "" : jwks + ",";
    }

    /** A token for the audience {@code inference}, good for ten minutes. */
    public String token(String subject) {
        return token(subject, claims -> claims);
    }

    /** A token with claims that are changed before it is signed; they are JSON. */
    public String token(String subject, UnaryOperator<String> change) {
        return signing().sign(change.apply(claims(subject)));
    }

    /** A token with a header of its own, which is JSON. */
    public String tokenWithHeader(String header, String subject) {
        return signing().sign(header, claims(subject));
    }

    /** The {@code kid} of the key that signs. */
    public String keyId() {
        return signing().id();
    }

    /** The public half of the key that signs, as X.509 has it. */
    public byte[] publicKey() {
        return signing().pair().getPublic().getEncoded();
    }

    private IssuerKey signing() {
        return published.get(published.size() - 1);
    }

    private IssuerKey freshKey() {
        return IssuerKey.fresh("key-" + made.incrementAndGet(), algorithm);
    }

    private String claims(String subject) {
        long now = clock.instant().getEpochSecond();
        return "{\"iss\":\"" + issuer() + "\",\"sub\":\"" + subject + "\",\"aud\":\"inference\",\"iat\":" + now
                + ",\"exp\":" + (now + LIFETIME) + "}";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals(KEYS)) {
            fetches.incrementAndGet();
        }
        try (exchange) {
            switch (mood) {
                case DOWN -> closed.await(0, TimeUnit.SECONDS);
                case SILENT -> closed.await();
                case DRIPPING -> drip(exchange);
                case FAILING -> send(exchange, 500, "{}");
                case HTML -> send(exchange, 200, "<!doctype html><title>Welcome</title>");
                case BROKEN -> send(exchange, 200, "{\"keys\":[{\"kty\":");
                case HUGE -> flood(exchange);
                case REDIRECTING -> {
                    exchange.getResponseHeaders()
                            .add(
                                    "Location",
                                    "http://localhost:" + server.getAddress().getPort() + path);
                    send(exchange, 302, "");
                }
                default -> send(exchange, path.equals(KEYS) || path.equals(DISCOVERY) ? 200 : 404, content(path));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String content(String path) {
        if (path.equals(KEYS)) {
            return published.stream()
                    .map(IssuerKey::jwk)
                    .collect(Collectors.joining(",", "{\"keys\":[" + further, "]}"));
        }
        String claimed = mood == IssuerMood.LYING ? "http://127.0.0.1:1" : issuer();
        String keys = mood == IssuerMood.MISLEADING
                ? "https://10.0.0.1/keys"
                : jwksUrl().toString();
        return "{\"issuer\":\"" + claimed + "\",\"jwks_uri\":\"" + keys + "\"}";
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static void flood(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        byte[] spaces = " ".repeat(MEGABYTE).getBytes(StandardCharsets.UTF_8);
        OutputStream out = exchange.getResponseBody();
        for (int i = 0; i < 100; i++) {
            out.write(spaces);
        }
    }

    private void drip(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        while (!closed.await(50, TimeUnit.MILLISECONDS)) {
            out.write(' ');
            out.flush();
        }
    }

    /** Stops listening and ends its threads. */
    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}

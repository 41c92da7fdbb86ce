package io.inferenceproxy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;

/**
 * A real HTTP/1.1 server for tests, on loopback and a free port, that answers as scripted and remembers all it was sent.
 *
 * <p>It reads requests by the letter of RFC 9112: whatever is not well-formed is refused and kept in {@link #violations()},
 * so that {@code assertThat(upstream.violations()).isEmpty()} proves that a proxy forwards sound messages only. Methods named
 * {@code await…} wait for a condition, never for a time, and fail the test when the timeout is over before it holds.
 *
 * <p>Threads: all methods may be called from any. It serves up to 1,000 connections at once and resets those beyond.
 */
public final class ScriptedUpstream implements AutoCloseable {

    private static final int MOST_THREADS = 2002;
    private static final int BODY_CAP = 1 << 20;
    private static final int BACKLOG = 1024;

    private final ServerSocket server;
    private final ExecutorService threads = threads();
    private final Journal journal = new Journal();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Set<UpstreamConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger resets = new AtomicInteger();
    private volatile Script otherwise = new Script(Reply.echo());
    private volatile boolean closed;

    private ScriptedUpstream(ServerSocket server) {
        this.server = server;
    }

    /** Starts one on loopback and a free port; until told otherwise it echoes every request. */
    public static ScriptedUpstream start() {
        try {
            return start(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one on a bound socket, which it owns from then on. A TLS one will do; its resets then look like closes. */
    public static ScriptedUpstream start(ServerSocket bound) {
        ScriptedUpstream upstream = new ScriptedUpstream(bound);
        upstream.threads.execute(upstream::accept);
        return upstream;
    }

    /** Where it listens, without a path: {@code http://127.0.0.1:port}, or {@code https} on a TLS socket. */
    public URI uri() {
        String scheme = server instanceof SSLServerSocket ? "https" : "http";
        try {
            return new URI(scheme, null, server.getInetAddress().getHostAddress(), port(), null, null, null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("address: " + server + " (expected: an IP address)", e);
        }
    }

    /** The address of this path, which begins with a slash. */
    public URI uri(String path) {
        return uri().resolve(path);
    }

    /** The port on which it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /**
     * Scripts a path: each request to it gets the next of these replies, and when they are used up the last one again and
     * again. A script for the same path is replaced. The path is matched exactly, without the query.
     */
    public ScriptedUpstream on(String path, Reply first, Reply... next) {
        scripts.put(path, new Script(first, next));
        return this;
    }

    /** Scripts all paths that have no script of their own. */
    public ScriptedUpstream otherwise(Reply first, Reply... next) {
        otherwise = new Script(first, next);
        return this;
    }

    /** Forgets all scripts, requests, aborts and violations, as if it were new; connections stay open and counted. */
    public ScriptedUpstream forget() {
        scripts.clear();
        otherwise = new Script(Reply.echo());
        resets.set(0);
        journal.forget();
        return this;
    }

    /** Resets the next connections as soon as they are accepted. */
    public void resetNextConnections(int count) {
        resets.set(count);
    }

    /** Closes the connections on which no request is under way, as a server does whose keep-alive time is over. */
    public void closeIdleConnections() {
        connections.stream().filter(UpstreamConnection::idle).forEach(UpstreamConnection::close);
    }

    /** Writes these bytes, which nobody asked for, on every connection on which no request is under way. */
    public void writeToIdleConnections(String text) throws IOException {
        for (UpstreamConnection connection : connections) {
            if (connection.idle()) {
                connection.write(Bytes.ofLatin1(text));
            }
        }
    }

    /** The complete requests, oldest first; the first 10,000. */
    public List<ReceivedRequest> requests() {
        return journal.complete();
    }

    /** How many complete requests there were. */
    public long requestCount() {
        return journal.completeCount();
    }

    /** The requests that broke off, were malformed, or were cut off by the script before their end. */
    public List<ReceivedRequest> incompleteRequests() {
        return journal.incomplete();
    }

    /** Every breach of HTTP/1.1 by a peer. */
    public List<Violation> violations() {
        return journal.violations();
    }

    /** The exchanges that the peer left before the answer was completely written. */
    public List<Abort> aborts() {
        return journal.aborts();
    }

    /** How many connections were accepted so far. */
    public int openedConnections() {
        return journal.opened();
    }

    /** How many connections are open now. */
    public int openConnections() {
        return journal.open();
    }

    /** How many connections have come to their end. */
    public int closedConnections() {
        return journal.closed();
    }

    /** Waits for the next complete request; each is handed out once, in the order of completion. */
    public ReceivedRequest awaitRequest(Duration timeout) {
        return journal.awaitComplete(timeout);
    }

    /** Waits for the next request whose head has come, its body or not; each is handed out once. */
    public ReceivedRequest awaitHead(Duration timeout) {
        return journal.awaitBegun(timeout);
    }

    /** Waits until there were this many complete requests in all. */
    public void awaitRequests(long count, Duration timeout) {
        journal.awaitCompleteCount(count, timeout);
    }

    /** Waits for the next exchange that the peer leaves before its end; each is handed out once. */
    public Abort awaitAborted(Duration timeout) {
        return journal.awaitAbort(timeout);
    }

    /** Waits until exactly this many connections are open. */
    public void awaitOpenConnections(int count, Duration timeout) {
        journal.awaitOpen(count, timeout);
    }

    /** Waits until no connection is open. */
    public void awaitNoOpenConnections(Duration timeout) {
        journal.awaitOpen(0, timeout);
    }

    /** Stops listening and closes every connection; what it has seen stays readable. */
    @Override
    public void close() {
        closed = true;
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            connections.forEach(UpstreamConnection::close);
            threads.shutdownNow();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                serve(server.accept());
            } catch (IOException e) {
                // A connection that broke while it was accepted, or the end of the server: the loop sees which.
            }
        }
    }

    private void serve(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        UpstreamConnection connection = new UpstreamConnection(socket, journal, this::reply, BODY_CAP);
        if (resets.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            connection.reset();
            journal.connectionClosed();
            return;
        }
        connections.add(connection);
        try {
            connection.start(threads, () -> connections.remove(connection));
        } catch (RejectedExecutionException e) {
            connections.remove(connection);
            connection.reset();
            journal.connectionClosed();
        }
        if (closed) {
            connection.close();
        }
    }

    private Reply reply(ReceivedRequest request) {
        return scripts.getOrDefault(request.path(), otherwise).next();
    }

    private static ExecutorService threads() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(0, MOST_THREADS, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "scripted-upstream-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}

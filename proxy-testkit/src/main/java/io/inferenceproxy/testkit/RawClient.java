package io.inferenceproxy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A client on one raw TCP connection: it sends any bytes, and reads answers by the letter of RFC 9112.
 *
 * <p>Every read ends with a {@link SocketTimeoutException} after the timeout (default: 10 s). An answer that is not well-formed
 * ends with a {@link MalformedMessageException}; one that the connection ends too early comes back as
 * {@link RawResponse#truncated()}, or as an {@link EOFException} where parts of it are read. For one thread.
 *
 * <pre>{@code
 * try (RawClient client = RawClient.connect(proxy.uri())) {
 *     RawResponse response = client.send(RawRequest.post("/api/inference").json("{}")).readResponse();
 *     assertThat(response.status()).isEqualTo(401);
 * }
 * }</pre>
 */
public final class RawClient implements AutoCloseable {

    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(10);

    private final Socket socket;
    private final WireInput input;
    private Duration timeout = USUAL_TIMEOUT;
    private Optional<PartialResponse> current = Optional.empty();

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new WireInput(socket.getInputStream());
        socket.setTcpNoDelay(true);
        withTimeout(USUAL_TIMEOUT);
    }

    /** Connects to this port on loopback. */
    public static RawClient connect(int port) throws IOException {
        return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Connects to host and port of this address; its scheme and path do not matter. */
    public static RawClient connect(URI uri) throws IOException {
        return connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
    }

    /** Speaks over this connected socket, which it owns from then on. A TLS one will do; its resets look like closes. */
    public static RawClient over(Socket connected) throws IOException {
        return new RawClient(connected);
    }

    private static RawClient connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address, (int) USUAL_TIMEOUT.toMillis());
        return over(socket);
    }

    /** With another timeout for each wait for bytes. */
    public RawClient withTimeout(Duration other) throws IOException {
        timeout = other;
        socket.setSoTimeout((int) Math.max(1, other.toMillis()));
        return this;
    }

    /** Sends these bytes. */
    public RawClient send(Bytes bytes) throws IOException {
        socket.getOutputStream().write(bytes.toArray());
        return this;
    }

    /** Sends this text verbatim, in ISO-8859-1. */
    public RawClient send(String text) throws IOException {
        return send(Bytes.ofLatin1(text));
    }

    /** Sends this request. */
    public RawClient send(RawRequest request) throws IOException {
        return send(request.bytes());
    }

    /** Prepares these bytes, of which the test then sends part after part. */
    public SlowSend sendSlowly(Bytes bytes) {
        return new SlowSend(this, bytes);
    }

    /** Ends the sending direction (FIN) and can still read. */
    public RawClient halfClose() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Resets the connection (RST). */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Reads the next final answer to its end. */
    public RawResponse readResponse() throws IOException {
        readHead();
        return readRest();
    }

    /** Reads the next final answer, which has a head alone because the request was a {@code HEAD}. */
    public RawResponse readResponseToHead() throws IOException {
        RawResponse head = readHead();
        current = Optional.empty();
        return head.withBody(Bytes.EMPTY, HeaderList.EMPTY, true, head.raw());
    }

    /** Reads up to and including the next final head; its body is then read in parts, or with {@link #readRest()}. */
    public RawResponse readHead() throws IOException {
        List<RawResponse> interim = new ArrayList<>();
        while (true) {
            input.startMessage();
            if (!input.awaitByte()) {
                throw new EOFException("connection ended before an answer");
            }
            RawResponse head = PartialResponse.head(Head.read(input), interim, input);
            if (head.status() >= 200 || head.status() == 101) {
                current = Optional.of(new PartialResponse(input, head));
                return head;
            }
            interim.add(head);
        }
    }

    /** Reads only the next interim head (1xx), of a request that waits for it. */
    public RawResponse readInterim() throws IOException {
        input.startMessage();
        return PartialResponse.head(Head.read(input), List.of(), input);
    }

    /** Reads what is left of the body and returns the whole answer. */
    public RawResponse readRest() throws IOException {
        return body().readRest();
    }

    /** The next chunk of a chunked body, else whatever is there of it; nothing once the body is complete. */
    public Optional<Bytes> readChunk() throws IOException {
        return body().readChunk();
    }

    /** The next line of the body in UTF-8, without its line end; nothing once the body is complete. */
    public Optional<String> readLine() throws IOException {
        return body().readLine();
    }

    /** The next server-sent event of the body; nothing once the body is complete. */
    public Optional<Sse.Event> readEvent() throws IOException {
        return body().readEvent();
    }

    /** Reads whatever comes until the peer ends the connection, with FIN or RST. */
    public Bytes readUntilClosed(Duration within) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (awaitEnd(within, all).isEmpty()) {
            throw new SocketTimeoutException("the peer did not close within " + within);
        }
        return Bytes.of(all.toByteArray());
    }

    /** Whether the peer ends the connection within this time; bytes that come before are thrown away. */
    public boolean isClosedByPeer(Duration within) throws IOException {
        return awaitPeerEnd(within).isPresent();
    }

    /** How the peer ends the connection, if it does within this time; bytes that come before are thrown away. */
    public Optional<PeerEnd> awaitPeerEnd(Duration within) throws IOException {
        return awaitEnd(within, new ByteArrayOutputStream());
    }

    /** Closes the connection. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    private PartialResponse body() {
        return current.orElseThrow(() -> new IllegalStateException("body: none (expected: readHead() before)"));
    }

    private Optional<PeerEnd> awaitEnd(Duration within, ByteArrayOutputStream read) throws IOException {
        Duration usual = timeout;
        long deadline = System.nanoTime() + within.toNanos();
        try {
            while (true) {
                withTimeout(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
                Bytes some = input.readSome(Integer.MAX_VALUE);
                if (some.isEmpty()) {
                    return Optional.of(PeerEnd.CLOSED);
                }
                read.writeBytes(some.toArray());
            }
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(PeerEnd.RESET);
        } finally {
            withTimeout(usual);
        }
    }
}

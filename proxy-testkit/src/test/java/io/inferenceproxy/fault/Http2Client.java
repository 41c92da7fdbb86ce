package io.inferenceproxy.fault;

import io.inferenceproxy.testkit.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A client that speaks HTTP/2 frame by frame, and any nonsense. For one thread.
 *
 * <p>It is over 300 lines because it speaks HTTP/2 frame by frame, also wrongly.
 */
final class Http2Client implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final int PADDED = 8;

    static final int PROTOCOL_ERROR = 1;
    static final int CANCEL = 8;
    static final int ENHANCE_YOUR_CALM = 11;

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder heads = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final Map<Integer, Answer> answers = new HashMap<>();
    private Optional<Integer> goAway = Optional.empty();
    private int lastStream = Integer.MAX_VALUE;
    private int nextStream = 1;
    private boolean generous = true;

    /** A frame as it came. */
    record Frame(int type, int flags, int stream, Bytes content) {
        private byte[] payload() {
            return content.toArray();
        }
    }

    /** What has come of an answer. */
    static final class Answer {
        private Optional<Http2Headers> head = Optional.empty();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private Optional<Integer> interim = Optional.empty();
        private Optional<Integer> reset = Optional.empty();
        private boolean whole;

        int status() {
            return Integer.parseInt(head.orElseThrow().status().toString());
        }

        Optional<String> header(String name) {
            return Optional.ofNullable(head.orElseThrow().get(name)).map(CharSequence::toString);
        }

        String text() {
            return body.toString(StandardCharsets.UTF_8);
        }

        Optional<Integer> interim() {
            return interim;
        }

        boolean isHere() {
            return head.isPresent();
        }

        boolean isWhole() {
            return whole;
        }

        /** The code with which the stream was reset. */
        Optional<Integer> reset() {
            return reset;
        }
    }

    private Http2Client(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        socket.setSoTimeout((int) Bench.SOON.toMillis());
        socket.setTcpNoDelay(true);
    }

    /** With prior knowledge, over a socket of its own. */
    static Http2Client connect(int port) throws IOException {
        return over(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    static Http2Client over(Socket socket, int... settings) throws IOException {
        Http2Client client = new Http2Client(socket);
        ByteBuffer values = ByteBuffer.allocate(3 * settings.length);
        for (int i = 0; i < settings.length; i += 2) {
            values.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return client.send(SETTINGS, 0, 0, values.array());
    }

    /** Never lets the server send more than the first windows allow. */
    Http2Client stingy() {
        generous = false;
        return this;
    }

    Http2Client send(int type, int flags, int stream, byte... payload) throws IOException {
        socket.getOutputStream().write(frame(type, flags, stream, payload));
        return this;
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** Sends bytes that were put together elsewhere. */
    Http2Client send(byte[] frames) throws IOException {
        socket.getOutputStream().write(frames);
        return this;
    }

    /** Begins a stream with these fields and no others. */
    int open(boolean end, String... fields) throws IOException {
        int stream = nextStream;
        nextStream += 2;
        send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
        return stream;
    }

    /** Begins a POST of JSON to there. */
    int post(String path, boolean end, String... more) throws IOException {
        String[] usual = {
            ":method",
            "POST",
            ":scheme",
            "http",
            ":authority",
            "localhost",
            ":path",
            path,
            "content-type",
            "application/json"
        };
        String[] all = new String[usual.length + more.length];
        System.arraycopy(usual, 0, all, 0, usual.length);
        System.arraycopy(more, 0, all, usual.length, more.length);
        return open(end, all);
    }

    /** A whole POST of JSON, and its answer. */
    Answer call(String path, String json) throws IOException {
        int stream = post(path, false);
        data(stream, json, true);
        return await(stream);
    }

    Http2Client data(int stream, String text, boolean end) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length || at == 0; at += 16_384) {
            int to = Math.min(bytes.length, at + 16_384);
            send(DATA, end && to == bytes.length ? END_STREAM : 0, stream, Arrays.copyOfRange(bytes, at, to));
        }
        return this;
    }

    Http2Client reset(int stream, int code) throws IOException {
        return send(RST_STREAM, 0, stream, number(code));
    }

    static byte[] number(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    /** Fields as HPACK literals without index or Huffman (RFC 7541 section 6.2.2). */
    static byte[] block(String... fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            out.write(0);
            text(out, fields[i]);
            text(out, fields[i + 1]);
        }
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) {
        int length = text.length();
        if (length < 127) {
            out.write(length);
        } else {
            out.write(127);
            length -= 127;
            while (length >= 128) {
                out.write(length & 0x7F | 0x80);
                length >>= 7;
            }
            out.write(length);
        }
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads until the stream has ended, whole or not. */
    Answer await(int stream) throws IOException {
        Answer answer = answer(stream);
        while (!answer.whole && answer.reset.isEmpty()) {
            take(read());
        }
        return answer;
    }

    /** Reads until the head of the answer is here, or the stream was reset. */
    Answer awaitHead(int stream) throws IOException {
        Answer answer = answer(stream);
        while (answer.head.isEmpty() && answer.reset.isEmpty()) {
            take(read());
        }
        return answer;
    }

    /** Reads until that text has come. */
    Answer awaitText(int stream, String text) throws IOException {
        Answer answer = answer(stream);
        while (!answer.text().contains(text)) {
            take(read());
        }
        return answer;
    }

    /** Reads one frame and sees to it. */
    void takeOne() throws IOException {
        take(read());
    }

    Answer answer(int stream) {
        return answers.computeIfAbsent(stream, number -> new Answer());
    }

    /** Reads until the server says that it goes; the code. */
    int awaitGoAway() throws IOException {
        while (goAway.isEmpty()) {
            take(read());
        }
        return goAway.get();
    }

    /** The last stream that the server will serve. */
    int lastStream() {
        return lastStream;
    }

    /** Whether the connection ends; what comes before is seen to. */
    boolean isClosed() throws IOException {
        try {
            while (true) {
                take(read());
            }
        } catch (EOFException | SocketException ended) {
            return true;
        } catch (SocketTimeoutException still) {
            return false;
        }
    }

    private Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(type, flags, stream, Bytes.of(payload));
    }

    private void take(Frame frame) throws IOException {
        Answer answer = answer(frame.stream);
        switch (frame.type) {
            case HEADERS -> {
                Http2Headers head = decode(frame);
                int status = Integer.parseInt(head.status().toString());
                if (status < 200) {
                    answer.interim = Optional.of(status);
                } else {
                    answer.head = Optional.of(head);
                }
            }
            case DATA -> {
                answer.body.writeBytes(frame.payload());
                if (generous && frame.content.length() > 0) {
                    send(WINDOW_UPDATE, 0, 0, number(frame.content.length()));
                    send(WINDOW_UPDATE, 0, frame.stream, number(frame.content.length()));
                }
            }
            case RST_STREAM ->
                answer.reset = Optional.of(ByteBuffer.wrap(frame.payload()).getInt());
            case GOAWAY -> {
                ByteBuffer payload = ByteBuffer.wrap(frame.payload());
                lastStream = payload.getInt();
                goAway = Optional.of(payload.getInt());
            }
            case SETTINGS -> {
                if ((frame.flags & ACK) == 0) {
                    send(SETTINGS, ACK, 0);
                }
            }
            default -> {
                // nothing to see to
            }
        }
        if ((frame.type == HEADERS || frame.type == DATA) && (frame.flags & END_STREAM) != 0) {
            answer.whole = true;
        }
    }

    private Http2Headers decode(Frame frame) throws IOException {
        ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
        try {
            return heads.decodeHeaders(frame.stream, block);
        } catch (Http2Exception malformed) {
            throw new IOException(malformed);
        }
    }

    void resetConnection() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

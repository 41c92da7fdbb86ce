package io.inferenceproxy.undertow;

import io.inferenceproxy.http.ArrayChunk;
import io.inferenceproxy.http.Body;
import io.inferenceproxy.http.BodySink;
import io.inferenceproxy.http.BufferAccount;
import io.inferenceproxy.http.Chunk;
import io.inferenceproxy.http.ProxyResponse;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.util.Protocols;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.Options;
import org.xnio.channels.StreamSinkChannel;

/**
 * Writes one answer. The body comes on a thread of its own, that of the upstream's connection; its pieces wait here for the I/O
 * thread, and past {@value #HIGH} bytes the body is paused until the client has taken most of them.
 *
 * <p>It is over 300 lines because head, pieces, end and failures of one answer share one state.
 */
final class ResponseWriter implements BodySink, ChannelListener<StreamSinkChannel> {

    private static final long HIGH = 128 << 10;
    private static final long LOW = 32 << 10;
    private static final Object END = new Object();
    private static final Object BROKEN = new Object();

    private final HttpServerExchange exchange;
    private final IoThread io;
    private final Outcome outcome;
    private final BufferAccount buffers;
    private final StallTimer stall;
    private final Queue<Object> pieces = new ConcurrentLinkedQueue<>();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile boolean over;
    private @Nullable Body body;
    private @Nullable StreamSinkChannel channel;
    private @Nullable Chunk current;
    private @Nullable ByteBuffer rest;
    private long left = Long.MAX_VALUE;
    private boolean closeDelimited;
    private boolean writing;
    private boolean whole;
    private boolean broken;

    /** Who must know how the answer goes; called on the I/O thread. */
    interface Outcome {
        /** So many bytes of the body were written. */
        void responseBytes(int count);

        /** The last byte is about to be written. */
        void ending();

        /** All of it was written. */
        void written();

        /**
         * The rest does not come.
         *
         * @param visible whether the framing shows it when the connection is closed; else it must be reset
         */
        void brokenOff(boolean visible);

        /** The client is gone, or takes nothing any more. */
        void failedToWrite();
    }

    ResponseWriter(
            HttpServerExchange exchange, IoThread io, Outcome outcome, Duration patience, BufferAccount buffers) {
        this.exchange = exchange;
        this.io = io;
        this.outcome = outcome;
        this.buffers = buffers;
        this.stall = new StallTimer(io, patience, outcome::failedToWrite);
    }

    /** Writes the head now and the body as it comes. */
    void write(ProxyResponse response, boolean closing, boolean chunkable) {
        body = response.body();
        left = response.body().length().orElse(Long.MAX_VALUE);
        closeDelimited = left == Long.MAX_VALUE && exchange.getProtocol().equals(Protocols.HTTP_1_0);
        ResponseHeadWriter.write(exchange, response, closing, chunkable);
        StreamSinkChannel opened = exchange.getResponseChannel();
        if (opened == null) {
            outcome.brokenOff(true);
            return;
        }
        channel = opened;
        opened.getWriteSetter().set(this);
        if (ResponseHeadWriter.isBodiless(exchange, response)) {
            response.body().cancel();
            body = null;
            left = 0;
            onEnd();
        } else {
            response.body().read(this);
            wake();
        }
    }

    /** Whether all was handed to the connection. */
    boolean isWhole() {
        return whole;
    }

    /** Nothing more is written; what waits is released. */
    void stop() {
        stall.cancel();
        if (!over) {
            over = true;
            if (body != null && !whole) {
                body.cancel();
            }
        }
        if (current != null) {
            giveBack(current);
            current = null;
        }
        release();
    }

    @Override
    public void onChunk(Chunk chunk) {
        buffers.reserve(held(chunk));
        long all = waiting.addAndGet(chunk.size());
        pieces.add(chunk);
        Body flowing = body;
        if (all > HIGH && flowing != null) {
            flowing.pause();
        }
        if (over) {
            release();
        }
    }

    @Override
    public void onReadComplete() {
        wake();
    }

    @Override
    public void onEnd() {
        pieces.add(END);
        wake();
    }

    @Override
    public void onFailure(Throwable cause) {
        pieces.add(BROKEN);
        wake();
    }

    @Override
    public void handleEvent(StreamSinkChannel writable) {
        pump();
    }

    private void wake() {
        if (io.isCurrentThread()) {
            pump();
        } else if (woken.compareAndSet(false, true) && !io.tryExecute(this::wokenUp)) {
            over = true; // the server has stopped: its connections are closed, which has ended the exchange
            release();
        }
    }

    private void wokenUp() {
        woken.set(false);
        pump();
    }

    /** Writes as much as the connection takes. Whatever it calls may call back: then the outer call goes on. */
    private void pump() {
        StreamSinkChannel out = channel;
        if (writing || over || out == null) {
            return;
        }
        writing = true;
        try {
            if (whole || broken || writeAll(out)) {
                flush(out);
            }
        } catch (IOException gone) {
            outcome.failedToWrite();
        } finally {
            writing = false;
        }
    }

    /** Writes the pieces that wait; false when the connection takes no more for now, or all is over. */
    private boolean writeAll(StreamSinkChannel out) throws IOException {
        while (true) {
            if (rest != null && !writeRest(out, rest)) {
                return false;
            }
            Object next = pieces.poll();
            if (next == null) {
                return true;
            }
            if (next == END && (left == 0 || left == Long.MAX_VALUE)) {
                whole = true;
                outcome.ending();
                out.shutdownWrites();
                return true;
            }
            if (!(next instanceof Chunk chunk) || chunk.size() > left) {
                if (next instanceof Chunk surplus) {
                    giveBack(surplus);
                }
                broken = true; // the client gets what there is, and then the cut
                return true;
            }
            if (left != Long.MAX_VALUE) {
                left -= chunk.size();
            }
            current = chunk;
            rest = chunk.bytes();
        }
    }

    private boolean writeRest(StreamSinkChannel out, ByteBuffer piece) throws IOException {
        while (piece.hasRemaining()) {
            int count = out.write(piece);
            if (count == 0) {
                stall.progress();
                out.resumeWrites();
                return false;
            }
            stall.progress();
            outcome.responseBytes(count);
        }
        rest = null;
        Chunk done = current;
        current = null;
        if (done != null) {
            drained(giveBack(done));
        }
        return true;
    }

    private void drained(int size) {
        long still = waiting.addAndGet(-size);
        Body flowing = body;
        if (still < LOW && still + size >= LOW && flowing != null) {
            flowing.resume();
        }
    }

    private void flush(StreamSinkChannel out) throws IOException {
        if (!out.flush()) {
            stall.progress();
            out.resumeWrites();
        } else {
            stall.rest();
            if (whole) {
                outcome.written();
            } else if (broken) {
                outcome.brokenOff(!closeDelimited);
            } else {
                out.suspendWrites();
            }
        }
    }

    private void release() {
        for (Object piece = pieces.poll(); piece != null; piece = pieces.poll()) {
            if (piece instanceof Chunk chunk) {
                giveBack(chunk);
            }
        }
    }

    /** Releases a piece that waited; tells how large it was. */
    private int giveBack(Chunk chunk) {
        int size = chunk.size();
        buffers.release(held(chunk));
        chunk.release();
        return size;
    }

    /** How much memory waits with a piece: none when it is a part of an array that is kept anyhow. */
    private static int held(Chunk chunk) {
        return chunk instanceof ArrayChunk ? 0 : chunk.size();
    }

    /** Closing the connection then tells the client, by a reset, that a body that ends with it is not whole. */
    static void resetOnClose(ServerConnection connection) {
        try {
            connection.setOption(Options.CLOSE_ABORT, true);
        } catch (IOException | IllegalArgumentException alreadyClosed) {
            // then there is nobody to tell
        }
    }

    /** Ends the one stream of HTTP/2 with a reset; ending the exchange alone would make it look whole. */
    void resetStream() {
        IoUtils.safeClose(channel);
    }
}

package io.inferenceproxy.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One request and the connection on which it came, in the hands of a {@link Reply}.
 *
 * <p>Only the thread that plays the reply may use it. A reply that knows what comes last writes it with
 * {@link #writeLast}: a peer that leaves once it has that is not taken for one that aborted.
 */
public final class Exchange {

    private final UpstreamConnection connection;
    private final IncomingRequest incoming;
    private final List<Runnable> atEnd = new ArrayList<>();
    private final AtomicLong written = new AtomicLong();
    private volatile boolean answered;
    private boolean ended;
    private boolean noted;
    private boolean keepsAlive = true;

    Exchange(UpstreamConnection connection, IncomingRequest incoming) {
        this.connection = connection;
        this.incoming = incoming;
    }

    /** The request as far as it was received. */
    public ReceivedRequest request() {
        return incoming.snapshot();
    }

    /** Receives the rest of the request. */
    public ReceivedRequest readBody() throws IOException {
        connection.readBody(incoming);
        return request();
    }

    /** Writes these bytes verbatim. */
    public void write(Bytes bytes) throws IOException {
        try {
            connection.write(bytes);
        } catch (IOException e) {
            answered = false;
            peerLeft(connection.pump().peerEnd().orElse(PeerEnd.RESET));
            throw e;
        }
        written.addAndGet(bytes.length());
    }

    /** Writes this text verbatim, in ISO-8859-1. */
    public void write(String text) throws IOException {
        write(Bytes.ofLatin1(text));
    }

    /** Writes the last bytes of the answer verbatim. */
    public void writeLast(Bytes bytes) throws IOException {
        answered = true;
        write(bytes);
    }

    /** Waits this long; ends early, with an IOException, when the peer leaves. */
    public void pause(Duration time) throws IOException, InterruptedException {
        if (!time.isZero() && connection.pump().awaitEnd(time.toNanos())) {
            throw new IOException("the peer left during a pause");
        }
    }

    /** Does this with the connection; to be called last, and at most once. */
    public void end(Ending ending) throws IOException {
        keepsAlive = ending == Ending.KEEP_ALIVE;
        switch (ending) {
            case KEEP_ALIVE -> answered = true;
            case CLOSE -> {
                answered = true;
                connection.close();
            }
            case RESET -> {
                answered = true;
                connection.reset();
            }
            case HALF_CLOSE -> {
                answered = true;
                connection.closeOutput();
                drain();
            }
            case HOLD -> drain();
        }
    }

    /** Has this run once, on another thread, when the peer leaves or the upstream closes, at once if that has happened. */
    void onEnd(Runnable action) {
        boolean now;
        synchronized (atEnd) {
            now = ended;
            if (!now) {
                atEnd.add(action);
            }
        }
        if (now) {
            action.run();
        }
    }

    long written() {
        return written.get();
    }

    boolean answered() {
        return answered && request().complete();
    }

    boolean keepsAlive() {
        return keepsAlive;
    }

    /** Notes an abort if one is due. */
    void noteAbort() {
        connection.pump().peerEnd().ifPresent(this::peerLeft);
    }

    /** Nothing more can come from the peer: says so to whoever waits, and notes an abort if one is due. */
    void inputEnded() {
        noteAbort();
        List<Runnable> actions;
        synchronized (atEnd) {
            ended = true;
            actions = List.copyOf(atEnd);
            atEnd.clear();
        }
        actions.forEach(Runnable::run);
    }

    private void peerLeft(PeerEnd end) {
        synchronized (atEnd) {
            if (answered || noted || connection.closedHere()) {
                return;
            }
            noted = true;
        }
        connection.journal().aborted(new Abort(request(), end, written.get()));
    }

    private void drain() throws IOException {
        readBody();
        connection.discard();
    }
}

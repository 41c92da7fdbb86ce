package io.inferenceproxy.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** One accepted connection: takes request after request off it and has each replied to. Two threads: this and the pump. */
final class UpstreamConnection {

    private static final Bytes REFUSAL =
            Bytes.ofLatin1("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private final Socket socket;
    private final Journal journal;
    private final Function<ReceivedRequest, Reply> script;
    private final int bodyCap;
    private final int number;
    private final Pump pump;
    private final WireInput input;
    private Optional<Exchange> playing = Optional.empty();
    private boolean inputEnded;
    private volatile boolean closedHere;
    private volatile boolean idle = true;

    UpstreamConnection(Socket socket, Journal journal, Function<ReceivedRequest, Reply> script, int bodyCap)
            throws IOException {
        this.socket = socket;
        this.journal = journal;
        this.script = script;
        this.bodyCap = bodyCap;
        this.pump = new Pump(socket.getInputStream(), this::inputEnded);
        this.input = new WireInput(pump);
        this.number = journal.connectionOpened();
    }

    /** Begins to serve; {@code onClosed} runs once the connection is closed. */
    void start(Executor threads, Runnable onClosed) {
        threads.execute(pump);
        threads.execute(() -> serve(onClosed));
    }

    private void serve(Runnable onClosed) {
        try {
            boolean more = true;
            while (more) {
                more = serveNext();
            }
        } catch (IOException e) {
            // The journal has it: a broken request, an abort or a violation.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
            onClosed.run();
            journal.connectionClosed();
        }
    }

    Journal journal() {
        return journal;
    }

    Pump pump() {
        return pump;
    }

    /** Whether no request is under way; one whose answer is out to its last byte is not. */
    synchronized boolean idle() {
        return idle || playing.filter(Exchange::answered).isPresent();
    }

    boolean closedHere() {
        return closedHere;
    }

    void write(Bytes bytes) throws IOException {
        socket.getOutputStream().write(bytes.toArray());
    }

    void closeOutput() throws IOException {
        socket.shutdownOutput();
    }

    void discard() throws IOException {
        while (!input.readSome(Integer.MAX_VALUE).isEmpty()) {
            input.startMessage();
        }
    }

    void close() {
        closedHere = true;
        pump.abandon();
        try {
            socket.close();
        } catch (IOException e) {
            // It was broken already; nothing of it is left either way.
        }
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // The peer was faster: there is no connection left to reset.
        }
        close();
    }

    void readBody(IncomingRequest incoming) throws IOException {
        if (incoming.snapshot().complete()) {
            return;
        }
        try {
            incoming.readBody();
        } catch (IOException e) {
            brokeOff(incoming, e);
            throw e;
        }
        journal.completed(incoming.snapshot());
    }

    private boolean serveNext() throws IOException, InterruptedException {
        input.startMessage();
        idle = true;
        if (!input.awaitByte()) {
            return false;
        }
        idle = false;
        IncomingRequest incoming = new IncomingRequest(number, input, bodyCap);
        try {
            incoming.readHead();
        } catch (IOException e) {
            brokeOff(incoming, e);
            throw e;
        }
        Reply reply = script.apply(incoming.snapshot());
        journal.begun(incoming.snapshot());
        if (reply.awaitsBody() || !incoming.announcesBody()) {
            if (incoming.announcesBody() && incoming.snapshot().headers().lists("Expect", "100-continue")) {
                write(Bytes.ofLatin1("HTTP/1.1 100 Continue\r\n\r\n"));
            }
            readBody(incoming);
        }
        return play(reply, incoming);
    }

    private boolean play(Reply reply, IncomingRequest incoming) throws IOException, InterruptedException {
        Exchange exchange = new Exchange(this, incoming);
        begin(exchange);
        try {
            reply.play(exchange);
        } finally {
            // The pump wakes the reply before it has told about the end of the peer; after a close nobody asks any
            // more.
            exchange.noteAbort();
            finish();
            if (closedHere && !incoming.snapshot().complete()) {
                journal.brokenOff(incoming.snapshot());
            }
        }
        if (closedHere || !exchange.keepsAlive()) {
            return false;
        }
        readBody(incoming);
        return !incoming.snapshot().headers().lists("Connection", "close");
    }

    private void brokeOff(IncomingRequest incoming, IOException cause) throws IOException {
        journal.brokenOff(incoming.snapshot());
        if (cause instanceof MalformedMessageException) {
            journal.violated(new Violation(number, String.valueOf(cause.getMessage()), input.consumed()));
            write(REFUSAL);
        } else if (!(cause instanceof EOFException)) {
            throw cause;
        }
    }

    private void begin(Exchange exchange) {
        boolean endedBefore;
        synchronized (this) {
            playing = Optional.of(exchange);
            endedBefore = inputEnded;
        }
        if (endedBefore) {
            exchange.inputEnded();
        }
    }

    private synchronized void finish() {
        playing = Optional.empty();
    }

    private void inputEnded() {
        Optional<Exchange> exchange;
        synchronized (this) {
            inputEnded = true;
            exchange = playing;
        }
        exchange.ifPresent(Exchange::inputEnded);
    }
}

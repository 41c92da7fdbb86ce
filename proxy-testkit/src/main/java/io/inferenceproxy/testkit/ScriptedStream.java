package io.inferenceproxy.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A streamed answer that the test speaks itself, step by step.
 *
 * <p>Each instance answers one request; a second one on it gets 500. Steps are written in order by a thread of the upstream,
 * so no method here blocks but those that wait by name, and steps given before the request has come are kept for it.
 *
 * <pre>{@code
 * ScriptedStream stream = ScriptedStream.sse();
 * upstream.on("/chat", stream);
 * …
 * stream.send("data: Hello\n\n");
 * stream.end();                       // or die(), or cutMidChunk("data: hal")
 * }</pre>
 */
public final class ScriptedStream implements Reply {

    private sealed interface Step {}

    private record Send(Bytes bytes) implements Step {}

    private record Finish(Bytes bytes, Ending ending) implements Step {}

    private final Answer head;
    private final Monitor monitor = new Monitor();
    private final Deque<Step> steps = new ArrayDeque<>();
    private Optional<Exchange> exchange = Optional.empty();
    private boolean taken;
    private boolean left;
    private boolean over;
    private boolean writing;

    private ScriptedStream(Answer head) {
        this.head = head;
    }

    /** A chunked {@code text/event-stream}, without content coding. */
    public static ScriptedStream sse() {
        return of(Answer.of(200)
                .withHeader("Content-Type", "text/event-stream")
                .withHeader("Cache-Control", "no-cache")
                .withFraming(BodyFraming.CHUNKED));
    }

    /**
     * A stream with status, headers, framing and interim answers of this one; its body is not sent. With
     * {@code CHUNKED} each {@link #send} is one chunk, else the bytes go out as they are ({@code NONE} with a
     * {@code Content-Length} header of the test's own promises a length).
     */
    public static ScriptedStream of(Answer head) {
        return new ScriptedStream(head);
    }

    /** Writes this text in UTF-8, flushed at once, as one chunk if chunked. */
    public void send(String text) {
        send(Bytes.ofUtf8(text));
    }

    /** Writes these bytes likewise. */
    public void send(Bytes bytes) {
        add(new Send(chunked() && !bytes.isEmpty() ? Answer.chunk(bytes) : bytes));
    }

    /** Writes these bytes verbatim, around the framing. */
    public void sendRaw(String text) {
        add(new Send(Bytes.ofLatin1(text)));
    }

    /** Ends the body regularly: with the last chunk, which keeps the connection, else with a close. */
    public void end() {
        add(
                chunked()
                        ? new Finish(Bytes.ofLatin1("0\r\n\r\n"), Ending.KEEP_ALIVE)
                        : new Finish(Bytes.EMPTY, Ending.CLOSE));
    }

    /** Resets the connection. */
    public void die() {
        add(new Finish(Bytes.EMPTY, Ending.RESET));
    }

    /** Closes the connection between two chunks, without the last chunk. */
    public void close() {
        add(new Finish(Bytes.EMPTY, Ending.CLOSE));
    }

    /** Begins a chunk that should hold one byte more than this text, and closes the connection within it. */
    public void cutMidChunk(String text) {
        Bytes whole = Answer.chunk(Bytes.ofUtf8(text + "?"));
        add(new Finish(whole.slice(0, whole.length() - 3), Ending.CLOSE));
    }

    /** Waits until the head of the answer is written. */
    public void awaitOpened(Duration timeout) {
        monitor.awaitTrue("the stream to open", timeout, () -> exchange.isPresent(), this::summary);
    }

    /** Waits until every step so far is written; for back-pressure: it is not, while the peer does not read. */
    public void awaitWritten(Duration timeout) {
        monitor.awaitTrue(
                "all steps to be written", timeout, () -> steps.isEmpty() && !writing && taken, this::summary);
    }

    /** Waits until the peer has left before the end of the stream. */
    public void awaitAborted(Duration timeout) {
        monitor.awaitTrue("the peer to leave the stream", timeout, () -> left, this::summary);
    }

    /** How many bytes of the answer the socket has taken, head and chunk framing included. */
    public long bytesWritten() {
        return monitor.locked(() -> exchange.map(Exchange::written).orElse(0L));
    }

    @Override
    public void play(Exchange current) throws IOException, InterruptedException {
        boolean first = monitor.locked(() -> {
            boolean free = !taken;
            taken = true;
            return free;
        });
        if (!first) {
            Answer.of(500).withBody("this scripted stream has been used").play(current);
            return;
        }
        for (Bytes interim : head.interim()) {
            current.write(interim);
        }
        current.pause(head.headDelay());
        current.write(head.head());
        monitor.change(() -> exchange = Optional.of(current));
        current.onEnd(() -> monitor.change(() -> left = !over));
        try {
            playSteps(current);
        } catch (IOException e) {
            monitor.change(() -> left = true);
            throw e;
        } finally {
            monitor.change(() -> writing = false);
        }
    }

    private void playSteps(Exchange current) throws IOException, InterruptedException {
        while (true) {
            monitor.change(() -> writing = false);
            Optional<Step> next = monitor.take(this::next);
            if (next.isEmpty()) {
                current.end(Ending.CLOSE);
                return;
            }
            if (next.get() instanceof Finish finish) {
                monitor.change(() -> over = true);
                current.writeLast(finish.bytes());
                current.end(finish.ending());
                return;
            }
            if (next.get() instanceof Send send) {
                current.write(send.bytes());
            }
        }
    }

    /** The next step; an empty one when the peer has left; nothing while there is neither. */
    private Optional<Optional<Step>> next() {
        writing = !left && !steps.isEmpty();
        if (left) {
            return Optional.of(Optional.empty());
        }
        return steps.isEmpty() ? Optional.empty() : Optional.of(Optional.of(steps.remove()));
    }

    private boolean chunked() {
        return head.framing() == BodyFraming.CHUNKED;
    }

    private void add(Step step) {
        monitor.change(() -> steps.add(step));
    }

    private String summary() {
        return "a stream %s, %d bytes written, %d steps to go, %s"
                .formatted(
                        exchange.isPresent() ? "opened" : "not opened",
                        exchange.map(Exchange::written).orElse(0L),
                        steps.size(),
                        left ? "left by the peer" : over ? "ended" : "not ended");
    }
}

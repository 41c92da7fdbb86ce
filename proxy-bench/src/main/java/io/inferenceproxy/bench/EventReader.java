package io.inferenceproxy.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens streams of {@link EventSource} through a proxy, counts their events and sees how long each was on its way. It is
 * told what to do by lines on standard input: {@code open PORT COUNT} opens streams and answers {@code opened} once each
 * has had an event, {@code close} closes them and answers {@code RESULT …}. A stream that breaks ends the program.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to open or to be written shows as a stream that breaks
public final class EventReader implements AutoCloseable {

    private static final int OPENING_AT_ONCE = 100;
    private static final long OPENING_SECONDS = 120;
    private static final String OK = "HTTP/1.1 200";
    private static final int LONGEST_MICROS = 2_000_000;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<byte[]> requests = new ArrayList<>();

    // All of these are the loop's.
    private final List<Channel> streams = new ArrayList<>();
    private final int[] byMicros = new int[LONGEST_MICROS];
    private CompletableFuture<Void> opened = new CompletableFuture<>();
    private int port;
    private int wanted;
    private int asked;
    private int started;
    private long events;
    private long openedNanos;
    private boolean closing;

    EventReader(String path, String body, List<String> tokens) {
        for (String token : tokens) {
            requests.add(
                    EventFormat.bytes("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                            + "\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: "
                            + body.length() + "\r\n\r\n" + body));
        }
    }

    /**
     * Does what standard input says.
     *
     * @param args the path of the streams, the file of the body, the file with a token a line
     */
    public static void main(String[] args) throws IOException, InterruptedException, TimeoutException {
        List<String> tokens = Files.readAllLines(Path.of(args[2]));
        try (EventReader reader = new EventReader(args[0], Files.readString(Path.of(args[1])), tokens);
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("open")) {
                    reader.open(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                    System.out.println("opened");
                } else {
                    System.out.println("RESULT " + reader.closeStreams());
                }
            }
        } catch (ExecutionException broken) {
            System.out.println("broken " + broken.getCause());
            System.exit(1);
        }
    }

    /** Opens streams and returns when each has had an event. */
    void open(int port, int count) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Void> all = new CompletableFuture<>();
        loop.submit(() -> {
                    opened = all;
                    this.port = port;
                    closing = false;
                    wanted = count;
                    asked = 0;
                    started = 0;
                    events = 0;
                    Arrays.fill(byMicros, 0);
                    for (int i = 0; i < Math.min(count, OPENING_AT_ONCE); i++) {
                        openNext();
                    }
                })
                .get();
        all.get(OPENING_SECONDS, TimeUnit.SECONDS);
    }

    /** Closes them all; says how many events came in which time, and how many milliseconds they were on their way. */
    String closeStreams() throws InterruptedException, ExecutionException {
        return loop.submit(() -> {
                    if (opened.isCompletedExceptionally()) {
                        opened.join();
                    }
                    closing = true;
                    double seconds = (System.nanoTime() - openedNanos) / 1e9;
                    streams.forEach(Channel::close);
                    streams.clear();
                    return String.format(
                            Locale.ROOT,
                            "requests=%d seconds=%.6f p50=%.3f p99=%.3f p999=%.3f",
                            events,
                            seconds,
                            percentile(0.5),
                            percentile(0.99),
                            percentile(0.999));
                })
                .get();
    }

    private double percentile(double share) {
        long left = (long) Math.ceil(events * share);
        int micros = 0;
        while (micros < LONGEST_MICROS - 1 && (left -= byMicros[micros]) > 0) {
            micros++;
        }
        return micros / 1e3;
    }

    private void openNext() {
        if (asked == wanted) {
            return;
        }
        byte[] request = requests.get(asked % requests.size());
        asked++;
        new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Stream(request));
                    }
                })
                .connect("127.0.0.1", port)
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        broke("no connection: " + done.cause());
                    }
                });
    }

    private void begun() {
        if (++started == 1) {
            openedNanos = System.nanoTime();
        }
        if (started == wanted) {
            opened.complete(null);
        } else {
            openNext();
        }
    }

    private void came(long sentNanos) {
        events++;
        long micros = (System.nanoTime() - sentNanos) / 1000;
        byMicros[(int) Math.max(0, Math.min(LONGEST_MICROS - 1, micros))]++;
    }

    private void broke(String how) {
        if (!closing) {
            IllegalStateException broken = new IllegalStateException("a stream broke: " + how);
            if (!opened.completeExceptionally(broken)) {
                opened = CompletableFuture.failedFuture(broken);
            }
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** One stream: looks for the marks of events, wherever the reads cut it. */
    private final class Stream extends ChannelInboundHandlerAdapter {

        private static final int NO_DIGITS = -1;
        private static final int LINE_ENDS_BETWEEN_CHUNKS = 2;

        private final byte[] request;
        private boolean answered;
        private boolean begun;
        private int digits = NO_DIGITS;
        private int lineEnds;
        private long sent;

        Stream(byte[] request) {
            this.request = request;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            streams.add(ctx.channel());
            ctx.writeAndFlush(Unpooled.wrappedBuffer(request));
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                if (!answered && !startsWithOk(in)) {
                    broke(in.toString(StandardCharsets.US_ASCII));
                    return;
                }
                answered = true;
                while (in.isReadable()) {
                    read(in);
                }
            } finally {
                in.release();
            }
        }

        private static boolean startsWithOk(ByteBuf in) {
            return in.readableBytes() >= OK.length()
                    && in.toString(in.readerIndex(), OK.length(), StandardCharsets.US_ASCII)
                            .equals(OK);
        }

        private void read(ByteBuf in) {
            if (digits == NO_DIGITS) {
                int length = in.bytesBefore(EventFormat.MARK);
                if (length < 0) {
                    in.skipBytes(in.readableBytes());
                    return;
                }
                in.skipBytes(length + 1);
                digits = 0;
                sent = 0;
            }
            while (digits < EventFormat.DIGITS && in.isReadable()) {
                byte next = in.readByte();
                if (lineEnds > 0) {
                    lineEnds -= next == '\n' ? 1 : 0;
                } else if (next == '\r') {
                    lineEnds = LINE_ENDS_BETWEEN_CHUNKS; // the proxy has cut the event in two
                } else {
                    sent = sent * 10 + next - '0';
                    digits++;
                }
            }
            if (digits == EventFormat.DIGITS) {
                digits = NO_DIGITS;
                came(sent);
                if (!begun) {
                    begun = true;
                    begun();
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            broke("closed by the proxy");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            broke(cause.toString());
        }
    }
}

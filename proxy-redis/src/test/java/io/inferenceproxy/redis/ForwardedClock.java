package io.inferenceproxy.redis;

import io.inferenceproxy.time.Ticker;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Time that goes as it does and that a test puts forward besides, for proxies and for the scripts that they run in Redis.
 *
 * <p>It is a relay between them, which has each script ask a clock that is ahead; all else of it stays as it is. So what is tested
 * is what is shipped, in the time of the test.
 */
final class ForwardedClock implements AutoCloseable, Ticker {

    private static final Pattern TIME = Pattern.compile("\\b(?:redis\\.)?call\\('TIME'\\)");
    private static final String AHEAD =
            "{redis.call('TIME')[1] + (redis.call('GET', 'ahead') or 0), redis.call('TIME')[2]}";

    private final ServerSocket server;
    private final int target;
    private final Socket own;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong ahead = new AtomicLong();

    /** By the hash of a script, that of the one that runs in its place. */
    private final Map<String, String> hashes = new ConcurrentHashMap<>();

    private ForwardedClock(ServerSocket server, int target) throws IOException {
        this.server = server;
        this.target = target;
        this.own = redis();
    }

    /** The time of a Redis on that port, which needs no password. */
    static ForwardedClock of(int redisPort) throws IOException {
        ForwardedClock clock = new ForwardedClock(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()), redisPort);
        daemon(clock::accept);
        return clock;
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "forwarded-clock");
        thread.setDaemon(true);
        thread.start();
    }

    /** Where proxies find the Redis whose scripts go by it. */
    int port() {
        return server.getLocalPort();
    }

    /** Lets whole seconds pass, for Redis at one moment and then for all proxies. */
    void advance(Duration time) throws IOException {
        long seconds = Duration.ofNanos(ahead.get()).plus(time).toSeconds();
        own.getOutputStream().write(("SET ahead " + seconds + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String said = line(new DataInputStream(own.getInputStream()));
        if (!said.equals("+OK")) {
            throw new IOException(said);
        }
        ahead.addAndGet(time.toNanos());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() + ahead.get();
    }

    @Override
    public Instant now() {
        return Instant.now().plusNanos(ahead.get());
    }

    private Socket redis() throws IOException {
        Socket redis = new Socket(InetAddress.getLoopbackAddress(), target);
        redis.setTcpNoDelay(true);
        sockets.add(redis);
        return redis;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                client.setTcpNoDelay(true);
                sockets.add(client);
                Socket redis = redis();
                daemon(() -> passCommands(client, redis));
                daemon(() -> passAnswers(redis, client));
            }
        } catch (IOException closed) {
            // the end
        }
    }

    private static void passAnswers(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closed) {
            // the end of both
        }
    }

    private void passCommands(Socket from, Socket to) {
        try (from;
                to) {
            BufferedInputStream buffered = new BufferedInputStream(from.getInputStream());
            DataInputStream in = new DataInputStream(buffered);
            OutputStream out = new BufferedOutputStream(to.getOutputStream());
            while (true) {
                byte[][] command = new byte[number(in, '*')][];
                for (int i = 0; i < command.length; i++) {
                    command[i] = new byte[number(in, '$')];
                    in.readFully(command[i]);
                    in.skipNBytes(2);
                }
                pass(command, out);
                if (buffered.available() == 0) {
                    out.flush();
                }
            }
        } catch (IOException closed) {
            // the end of both
        }
    }

    private void pass(byte[][] command, OutputStream out) throws IOException {
        String verb = new String(command[0], StandardCharsets.US_ASCII);
        if (verb.equals("EVAL")) {
            byte[] shifted = shifted(command[1]);
            hashes.put(hash(command[1]), hash(shifted));
            command[1] = shifted;
        } else if (verb.equals("EVALSHA")) {
            String hash = new String(command[1], StandardCharsets.US_ASCII);
            command[1] = hashes.getOrDefault(hash, hash).getBytes(StandardCharsets.US_ASCII);
        }
        out.write(("*" + command.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : command) {
            out.write(("$" + part.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(part);
            out.write('\r');
            out.write('\n');
        }
    }

    private static byte[] shifted(byte[] script) throws IOException {
        String text = new String(script, StandardCharsets.UTF_8);
        if (TIME.matcher(text).results().count() != 1) {
            throw new IOException("it asks for the time not once");
        }
        return TIME.matcher(text).replaceFirst(Matcher.quoteReplacement(AHEAD)).getBytes(StandardCharsets.UTF_8);
    }

    private static String hash(byte[] script) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(script));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }

    private static int number(DataInputStream in, char kind) throws IOException {
        String line = line(in);
        if (line.isEmpty() || line.charAt(0) != kind) {
            throw new IOException("not a command: " + line);
        }
        return Integer.parseInt(line.substring(1));
    }

    private static String line(DataInputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}

package io.inferenceproxy.redis;

import io.inferenceproxy.limit.RedisOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import redis.embedded.RedisServer;
import redis.embedded.core.ExecutableProvider;

/** A real Redis on a free port, which can be killed and started again with what it wrote. */
final class TestRedis implements AutoCloseable {

    /** Unpacked once, before anything is started: a program that is still being written cannot be run. */
    private static final File PROGRAM = unpacked();

    private final int port;
    private final Path directory;
    private final List<String> settings;
    private RedisServer server;

    private TestRedis(int port, Path directory, List<String> settings) {
        this.port = port;
        this.directory = directory;
        this.settings = settings;
        this.server = started();
    }

    private static File unpacked() {
        try {
            return ExecutableProvider.newJarResourceProvider().get();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The program, which is a sentinel too. */
    static File program() {
        return PROGRAM;
    }

    static TestRedis start(Path directory, String... settings) {
        return new TestRedis(freePort(), directory, List.of(settings));
    }

    /** One that takes part in a cluster: its nodes speak with each other on a port that is higher by 10,000. */
    static TestRedis startNode(Path directory) throws IOException {
        int port;
        do {
            port = ThreadLocalRandom.current().nextInt(10_000, 20_000); // below those that the system gives away
        } while (!isFree(port) || !isFree(port + 10_000));
        return new TestRedis(
                port, Files.createDirectory(directory), List.of("cluster-enabled yes", "cluster-node-timeout 2000"));
    }

    static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private RedisServer started() {
        try {
            List<String> all = new ArrayList<>(List.of(
                    "bind 127.0.0.1",
                    "dir " + directory,
                    "pidfile " + pidFile(),
                    "save \"\"",
                    "appendonly yes",
                    "appendfsync always"));
            all.addAll(settings);
            var builder = RedisServer.newRedisServer()
                    .executableProvider(() -> PROGRAM)
                    .port(port);
            all.forEach(builder::setting);
            RedisServer made = builder.build();
            made.start();
            return made;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int port() {
        return port;
    }

    RedisOptions options() {
        return RedisOptions.DEFAULT.withUrl("redis://127.0.0.1:" + port).withTimeout(Duration.ofSeconds(2));
    }

    private Path pidFile() {
        return directory.resolve("redis.pid");
    }

    /** As {@code kill -9}: it does nothing more, and says nothing to who is connected. */
    void kill() {
        try {
            long pid = Long.parseLong(Files.readString(pidFile()).strip());
            ProcessHandle.of(pid).ifPresent(process -> {
                process.destroyForcibly();
                process.onExit().join();
            });
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        close();
    }

    void restart() {
        server = started();
    }

    /** How much is charged in the only window of the only caller that there is, which is kept by the times of its charges. */
    long charged() {
        RedisClient client = RedisClient.create(options().url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            List<String> windows = connection.sync().keys("*:rolling:*");
            if (windows.size() != 1) {
                throw new IllegalStateException("windows: " + windows);
            }
            return connection.sync().strlen(windows.get(0)) / Double.BYTES;
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }

    /** As {@link #charged()}, of one that is dead: by what it wrote. */
    long chargedWhenItDied() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        Files.copy(directory.resolve("appendonly.aof"), copy.resolve("appendonly.aof"));
        try (TestRedis read = start(copy)) {
            return read.charged();
        }
    }

    /** Ends it in its own time. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

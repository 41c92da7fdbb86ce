package io.inferenceproxy.redis;

import io.inferenceproxy.ProxyServer;
import io.inferenceproxy.limit.LimitPolicyOptions;
import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.units.Window;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A proxy in a process of its own, which can be killed. */
final class ReplicaProcess implements AutoCloseable {

    private final Process process;
    private final URI uri;

    private ReplicaProcess(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** A proxy with one policy, which has these windows or none, and so many calls at once or 0 for any number. */
    static ReplicaProcess start(URI upstream, RedisOptions redis, String windows, int atOnce) throws IOException {
        return startAll(1, upstream, redis, windows, atOnce).get(0);
    }

    /** Several of the same kind; they start at the same time. */
    static List<ReplicaProcess> startAll(int count, URI upstream, RedisOptions redis, String windows, int atOnce)
            throws IOException {
        List<Process> processes = new ArrayList<>();
        List<ReplicaProcess> ready = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                processes.add(process(upstream, redis, windows, atOnce));
            }
            for (Process each : processes) {
                ready.add(new ReplicaProcess(each, said(each)));
            }
            return ready;
        } finally {
            if (ready.size() < count) {
                processes.forEach(Process::destroyForcibly);
            }
        }
    }

    private static Process process(URI upstream, RedisOptions redis, String windows, int atOnce) throws IOException {
        return new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplicaProcess.class.getName(),
                        upstream.toString(),
                        redis.url(),
                        Long.toString(redis.timeout().toMillis()),
                        Long.toString(redis.lease().toSeconds()),
                        windows,
                        Integer.toString(atOnce),
                        Integer.toString(redis.slice()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static URI said(Process process) throws IOException {
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        while (line != null && !line.startsWith("http://")) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("the proxy did not start");
        }
        return URI.create(line);
    }

    URI uri() {
        return uri;
    }

    /** As {@code kill -9}: it does nothing more. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The proxy, for ever. */
    public static void main(String[] arguments) throws InterruptedException {
        RedisOptions redis = RedisOptions.DEFAULT
                .withUrl(arguments[1])
                .withTimeout(Duration.ofMillis(Long.parseLong(arguments[2])))
                .withLease(Duration.ofSeconds(Long.parseLong(arguments[3])))
                .withSlice(Integer.parseInt(arguments[6]));
        List<Window> windows = arguments[4].isEmpty() ? List.of() : Window.parseAll(arguments[4]);
        int atOnce = Integer.parseInt(arguments[5]);
        LimitPolicyOptions policy =
                LimitPolicyOptions.DEFAULT.withAtOnce(atOnce).withWindows(windows);
        Map<String, LimitPolicyOptions> limits = Map.of(atOnce > 0 ? "models" : "per-user", policy);
        ProxyServer proxy =
                Replica.start(URI.create(arguments[0]), redis, limits).proxy();
        System.out.println(proxy.uri());
        new CountDownLatch(1).await();
    }
}

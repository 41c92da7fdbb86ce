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

    /**
     * Starts one.
     *
     * @param atOnce how many calls may be under way; 0 for 100 an hour in its place
     */
    static ReplicaProcess start(URI upstream, RedisOptions redis, int atOnce) throws IOException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplicaProcess.class.getName(),
                        upstream.toString(),
                        redis.url(),
                        Long.toString(redis.lease().toSeconds()),
                        Integer.toString(atOnce),
                        Integer.toString(redis.slice()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        while (line != null && !line.startsWith("http://")) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("the proxy did not start");
        }
        return new ReplicaProcess(process, URI.create(line));
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
                .withTimeout(Duration.ofSeconds(2))
                .withLease(Duration.ofSeconds(Long.parseLong(arguments[2])))
                .withSlice(Integer.parseInt(arguments[4]));
        int atOnce = Integer.parseInt(arguments[3]);
        Map<String, LimitPolicyOptions> limits = atOnce > 0
                ? Map.of("models", LimitPolicyOptions.DEFAULT.withAtOnce(atOnce).withWindows(List.of()))
                : Map.of("per-user", LimitPolicyOptions.DEFAULT.withWindows(Window.parseAll("100 per hour")));
        ProxyServer proxy =
                Replica.start(URI.create(arguments[0]), redis, limits).proxy();
        System.out.println(proxy.uri());
        new CountDownLatch(1).await();
    }
}

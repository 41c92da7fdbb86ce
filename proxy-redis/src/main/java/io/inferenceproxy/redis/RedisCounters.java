package io.inferenceproxy.redis;

import io.inferenceproxy.limit.RedisOptions;
import io.inferenceproxy.limit.SharedAnswer;
import io.inferenceproxy.limit.SharedCounters;
import io.inferenceproxy.limit.SharedPulse;
import io.inferenceproxy.limit.SharedRequest;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counters in Redis: each request is one run of a script there, by the server's clock, so that it is exact whoever else asks.
 *
 * <p>All keys have one hash tag, so that in a cluster one script sees all windows of a call.
 */
final class RedisCounters implements SharedCounters {

    private static final Logger LOG = LoggerFactory.getLogger(RedisCounters.class);
    private static final long PATIENCE_MICROS = Duration.ofSeconds(5).toNanos() / 1_000;
    private static final int SEED_BYTES = 16;
    private static final Duration LEAVE = Duration.ofMillis(500);

    private final RedisLink link;
    private final Script script;
    private final Script pulse;
    private final Script register;
    private final RequestBytes bytes;
    private final byte[][] pulseKeys;
    private final byte[][] registerKeys;
    private final byte[] name;
    /** The seed that is put where there is none: at first one of our own, then the one that was heard last. */
    private volatile byte[] proposal;

    private final AtomicBoolean closed = new AtomicBoolean();

    private RedisCounters(RedisLink link, RedisOptions options, LongSupplier offset) {
        SecureRandom random = new SecureRandom();
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        long replica = random.nextLong() >>> 12; // 52 bits: a number of Lua
        this.link = link;
        this.script = Script.of(link, "counters.lua", ScriptOutputType.VALUE);
        this.pulse = Script.of(link, "pulse.lua", ScriptOutputType.MULTI);
        this.register = Script.of(link, "register.lua", ScriptOutputType.MULTI);
        this.bytes = new RequestBytes(options, replica, offset);
        String prefix = RequestBytes.prefix(options);
        this.pulseKeys = new byte[][] {ascii(prefix + "seed"), ascii(prefix + "replicas")};
        this.registerKeys = new byte[][] {ascii(prefix + "policies")};
        this.name = ascii(Long.toHexString(replica));
        this.proposal = ascii(HexFormat.of().formatHex(seed));
    }

    static RedisCounters over(RedisLink link, RedisOptions options) {
        return new RedisCounters(link, options, () -> 0);
    }

    /**
     * Counters whose clock is ahead of the server's, for tests of long windows.
     *
     * @param offset by how many microseconds
     */
    static RedisCounters ahead(RedisLink link, RedisOptions options, LongSupplier offset) {
        return new RedisCounters(link, options, offset);
    }

    @Override
    public CompletionStage<SharedAnswer> ask(SharedRequest request) {
        try {
            CompletionStage<byte[]> answer = script.run(bytes.keys(request), bytes.of(request));
            return answer.thenApply(AnswerBytes::new);
        } catch (RedisException rejected) {
            return CompletableFuture.failedFuture(rejected);
        }
    }

    @Override
    public CompletionStage<SharedPulse> beat() {
        try {
            return pulse(PATIENCE_MICROS).thenApply(this::heard);
        } catch (RedisException rejected) {
            return CompletableFuture.failedFuture(rejected);
        }
    }

    private CompletionStage<List<Object>> pulse(long patience) {
        return pulse.run(pulseKeys, name, proposal, ascii(Long.toString(patience)));
    }

    private SharedPulse heard(List<Object> answer) {
        String seed = text(answer.get(2));
        if (seed.length() != 2 * 2 * Long.BYTES) {
            throw new CompletionException(new IllegalStateException("the seed in Redis is none"));
        }
        proposal = ascii(seed);
        return new SharedPulse(
                Long.parseLong(text(answer.get(0))),
                Math.toIntExact((Long) answer.get(1)),
                HexFormat.fromHexDigitsToLong(seed, 0, 16),
                HexFormat.fromHexDigitsToLong(seed, 16, 32));
    }

    @Override
    public CompletionStage<List<String>> register(Collection<String> policies) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(ascii(Long.toString(ABSENCE.toNanos() / 1_000)));
        policies.forEach(each -> arguments.add(each.getBytes(StandardCharsets.UTF_8)));
        try {
            CompletionStage<List<Object>> gone = register.run(registerKeys, arguments.toArray(byte[][]::new));
            return gone.thenApply(names -> names.stream()
                    .map(each -> new String((byte[]) each, StandardCharsets.UTF_8))
                    .toList());
        } catch (RedisException rejected) {
            return CompletableFuture.failedFuture(rejected);
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            pulse(0).toCompletableFuture().get(LEAVE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RedisException unheard) {
            LOG.debug("the other proxies will notice by themselves", unheard);
        } finally {
            link.close();
        }
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
